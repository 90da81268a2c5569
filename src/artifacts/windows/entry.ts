/** Entries of the registry as persistence facts: their source, their line, and what they run. */
import { momentUs } from '../../formats/filetime.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import type { HiveValue } from '../../formats/registry/value.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { WindowsMechanism } from '../../model/mechanism.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { ArtifactContext, SourceDeclaration } from '../artifact.ts';
import { entry } from '../linux/entry.ts';
import { type OpenHive, refOf, textOfValue, valueLine } from './hives.ts';

/** A hive as the source of an artifact. */
export const hiveSource = (path: string): SourceDeclaration => ({ kind: 'file', path, live: false });

export const systemHive = hiveSource('C:\\Windows\\System32\\config\\SYSTEM');
export const softwareHive = hiveSource('C:\\Windows\\System32\\config\\SOFTWARE');
export const samHive = hiveSource('C:\\Windows\\System32\\config\\SAM');
export const userHives = hiveSource('C:\\Users\\*\\NTUSER.DAT');
export const classHives = hiveSource('C:\\Users\\*\\AppData\\Local\\Microsoft\\Windows\\UsrClass.dat');

/** Entries behind the bound were not read: whoever fills a key with thousands hides nothing silently behind them. */
export function tellBound(
  { log }: Pick<ArtifactContext, 'log'>,
  artifact: string,
  source: SourceDeclaration,
  count: number,
  most: number,
): void {
  if (count < most) return;
  const reason = `only ${most} entries were read`;
  log.record({ source: printableText(source.path), artifact, status: 'truncated', reason, bytes: 0 });
}

type Given = Partial<Omit<PersistenceFact, 'kind' | 'mechanism' | 'source'>>;

export { entry };

/** The entry of a value whose text is a command. */
export function commandEntry(
  of: OpenHive,
  key: HiveKey,
  value: HiveValue,
  mechanism: WindowsMechanism,
  given: Given = {},
): PersistenceFact | undefined {
  const text = textOfValue(value);
  if (text === undefined || text.trim() === '') return undefined;
  return textEntry(of, key, value, text, mechanism, given);
}

/** The same with a text that was taken out of the value. */
export function textEntry(
  of: OpenHive,
  key: HiveKey,
  item: HiveKey | HiveValue,
  text: string,
  mechanism: WindowsMechanism,
  given: Given = {},
): PersistenceFact {
  const name = 'type' in item ? item.name : '';
  const writtenUs = momentUs(key.lastWritten);
  const called = name === '' ? key.name : name;
  return entry({
    source: refOf(of, item),
    mechanism,
    name: printableText(called.slice(0, 256)),
    ...(writtenUs === undefined ? {} : { writtenUs }),
    user: 'user' in of ? (of.user as PersistenceFact['user']) : phrase`SYSTEM`,
    command: printableText(text.slice(0, 65_536)),
    language: 'cmd',
    text: valueLine(of, key, name, text),
    ...given,
  });
}
