import { isObject, own } from '@flaghoist/core/json';
import type { Members } from './members.ts';

/** A member of a document's metadata; `undefined` when there is none. */
export const metadataOf = (document: unknown, name: string): unknown => {
  const metadata = isObject(document) ? own(document, 'metadata') : undefined;
  return isObject(metadata) ? own(metadata, name) : undefined;
};

/** The same, when it is text. */
export const metadataText = (document: unknown, name: string): string | undefined => {
  const value = metadataOf(document, name);
  return typeof value === 'string' ? value : undefined;
};

/** What a document's metadata says under a name; `undefined` when it says nothing. */
export const said = ({ object, names }: Members, name: string): unknown =>
  names.length === 0 ? undefined : own(object, name);

/** The same, when it is text. */
export const saidText = (metadata: Members, name: string): string | undefined => {
  const value = said(metadata, name);
  return typeof value === 'string' ? value : undefined;
};

/** What a flag is for, after Pete Hodgson’s categories of feature toggles. Temporary ones must be removed again. */
export const temporaryTypes: readonly string[] = ['release', 'experiment'];
export const permanentTypes: readonly string[] = ['ops', 'kill-switch', 'permission', 'config'];
