/** `demine case set | show | add`: what the customer told, and logs from elsewhere. */
import { readFileSync } from 'node:fs';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError, errorText } from '../../model/error.ts';
import type { LogFact } from '../../model/facts/log.ts';
import type { SourceRecord } from '../../model/source.ts';
import type { Told } from '../../model/told.ts';
import { renderAdded } from '../../report/timeline/added.ts';
import { renderCase } from '../../report/timeline/told.ts';
import { addLogFolder } from '../../scan/log-folder.ts';
import { parseNetwork } from '../../scan/network-file.ts';
import type { CaseStore } from '../../store/case-store.ts';
import { looseFolderTarget } from '../../target/folder.ts';
import type { CaseArguments } from '../case-arguments.ts';
import { openNamedCase } from '../case-file.ts';
import { viewOf, write } from '../terminal.ts';
import { usage } from '../usage.ts';

type Setting = Extract<CaseArguments, { readonly action: 'set' }>;

function networkFrom(path: string): Told['network'] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DemineError('network-invalid', errorText(cause), { subject: path, cause });
  }
  return parseNetwork(text, path);
}

/** What was told before stays, where nothing new is told. */
function set(store: CaseStore, args: Setting): void {
  const before = store.told();
  const {
    appearedUs = before.appearedUs,
    discoveredUs = before.discoveredUs,
    handledUs = before.handledUs,
  } = args;
  if (appearedUs !== undefined && discoveredUs !== undefined && discoveredUs < appearedUs) {
    usage('not-order', '--discovered', '--appeared');
  }
  if (discoveredUs !== undefined && handledUs !== undefined && handledUs < discoveredUs) {
    usage('not-order', '--handled', '--discovered');
  }
  store.saveTold({
    ...(appearedUs === undefined ? {} : { appearedUs }),
    ...(discoveredUs === undefined ? {} : { discoveredUs }),
    ...(handledUs === undefined ? {} : { handledUs }),
    network: args.network === undefined ? before.network : networkFrom(args.network),
  });
}

async function add(
  store: CaseStore,
  folders: readonly string[],
  keepSecrets: boolean,
  language: Language,
): Promise<void> {
  const facts: LogFact[] = [];
  const left: SourceRecord[] = [];
  let [stored, known, unknown] = [0, 0, 0];
  for (const folder of folders) {
    const target = looseFolderTarget(folder);
    try {
      const added = addLogFolder(target, store.events, keepSecrets);
      facts.push(...added.facts);
      left.push(...added.left);
      stored += added.stored;
      known += added.known;
      unknown += added.unknown.length;
    } finally {
      await target.close();
    }
  }
  await write(renderAdded({ facts, left, stored, known, unknown, ...viewOf(language) }));
}

export async function caseCommand(args: CaseArguments & { readonly language: Language }): Promise<number> {
  const { language, folder } = args;
  const store = openNamedCase(folder);
  try {
    switch (args.action) {
      case 'set':
        set(store, args);
        break;
      case 'add':
        await add(store, args.folders, args.keepSecrets, language);
        return 0;
      case 'show':
        break;
    }
    const shown = { name: folder, told: store.told(), scans: store.scans(), ...viewOf(language) };
    await write(`${renderCase(shown)}\n`);
  } finally {
    store.close();
  }
  return 0;
}
