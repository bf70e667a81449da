const form = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/;

/** Versions on both sides of one, near and far; none for a version that is no plain one, such as a pre-release. */
export const versionsBeside = (text: string): readonly string[] => {
  const [, major, minor, patch] = (form.exec(text) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return [];
  const above = [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`];
  const below = [
    ...(patch > 0 ? [`${major}.${minor}.${patch - 1}`] : []),
    ...(minor > 0 ? [`${major}.${minor - 1}.999`] : []),
    ...(major > 0 ? [`${major - 1}.999.999`] : []),
  ];
  return [...above, ...below];
};
