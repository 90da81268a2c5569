/** `demine case set | show | add`: what the customer told, and logs from elsewhere. */
import type { Language } from '../../messages/catalogue.ts';
import type { LogFact } from '../../model/facts/log.ts';
import type { SourceRecord } from '../../model/source.ts';
import { renderAdded } from '../../report/timeline/added.ts';
import { renderHosts } from '../../report/timeline/hosts.ts';
import { renderCase } from '../../report/timeline/told.ts';
import { renderHistory } from '../../report/verify/history.ts';
import { addLogFolder } from '../../scan/log-folder.ts';
import type { CaseStore } from '../../store/case-store.ts';
import { looseFolderTarget } from '../../target/folder.ts';
import type { CaseArguments } from '../case-arguments.ts';
import { analyseCase, caseResult, exportCase } from '../case-export.ts';
import { folderOfCase, openNamedCase } from '../case-file.ts';
import { historyOf } from '../case-history.ts';
import { viewOf, write } from '../terminal.ts';
import { checkOrder, type Names, networkFrom } from '../told-answers.ts';

type Setting = Extract<CaseArguments, { readonly action: 'set' }>;

const names: Names = { appeared: '--appeared', discovered: '--discovered', handled: '--handled' };

/** What was told before stays, where nothing new is told. */
function set(store: CaseStore, { times, network }: Setting): void {
  const before = store.told();
  const told = {
    ...before,
    ...times,
    network: network === undefined ? before.network : networkFrom(network),
  };
  checkOrder(told, names);
  store.saveTold(told);
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
        exportCase(folderOfCase(folder), store);
        break;
      case 'add':
        await add(store, args.folders, args.keepSecrets, language);
        analyseCase(store);
        await write(renderHosts({ result: exportCase(folderOfCase(folder), store), ...viewOf(language) }));
        return 0;
      case 'show':
        break;
    }
    const result = caseResult(store);
    const shown = {
      name: folder,
      told: store.told(),
      scans: store.scans().filter(({ purpose }) => purpose === 'scan'),
      ...(result === undefined ? {} : { result }),
      ...viewOf(language),
    };
    const looks = renderHistory(historyOf(folderOfCase(folder)), viewOf(language));
    await write(`${renderCase(shown)}${looks}${renderHosts({ result, ...viewOf(language) })}\n`);
  } finally {
    store.close();
  }
  return 0;
}
