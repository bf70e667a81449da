import { catalogueJson, catalogueMarkdown } from './catalogue-documents.ts';

/** All files that `pnpm catalogue` writes, by their names, with what should stand in them. */
export const documents = (): Readonly<Record<string, string>> => ({
  'CATALOGUE.md': catalogueMarkdown(),
  'catalogue.json': catalogueJson(),
});
