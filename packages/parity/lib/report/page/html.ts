/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Content = Html | string | number | readonly Content[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);

const isHtml = (content: Content): content is Html => typeof content === 'object' && 'html' in content;

const rendered = (content: Content): string => {
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return isHtml(content) ? content.html : content.map(rendered).join('');
};

/** HTML with values set in as text: whatever a plan holds, it stays text. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html => ({
  html: parts.reduce((text, part, index) => text + rendered(contents[index - 1] ?? '') + part),
});

/** Our own text that is no HTML to be escaped, such as a style sheet. */
export const verbatim = (text: string): Html => ({ html: text });
