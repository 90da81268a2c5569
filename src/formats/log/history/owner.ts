/**
 * Whose history a file is: the account that its home folder is named for.
 *
 * What it is NOT: a look into passwd; homes elsewhere (`/var/lib/postgresql`) belong to nobody here.
 */
import type { SourceId } from '../../../model/source.ts';
import { type Printable, printableText } from '../../../model/text.ts';

export function ownerOf(source: SourceId): Printable {
  const found = /^\/(?:root|(?:home|export\/home|var\/home)\/([^/]{1,256}))\//.exec(source);
  if (found === null) return printableText('');
  return (found[1] ?? 'root') as Printable;
}
