/** `demine coverage`: the places from which a miner comes back, as they are declared, and how well each is read. */
import packed from '../../../packs/coverage.json' with { type: 'json' };
import { persistenceArtifacts } from '../../artifacts/linux/persistence.ts';
import type { Language } from '../../messages/catalogue.ts';
import { messagesFor } from '../../messages/index.ts';
import { groupsOfMechanisms, type Mechanism } from '../../model/mechanism.ts';
import { noRecall, type Recall } from '../../model/recall.ts';
import { type MechanismRow, renderMechanisms } from '../../report/mechanisms.ts';
import { writeJsonFile } from '../json-file.ts';
import { viewOf, write } from '../terminal.ts';

function mechanismRows(language: Language): readonly MechanismRow[] {
  const texts = messagesFor(language).persistence;
  const measured: Readonly<Partial<Record<Mechanism, Recall>>> = packed;
  return groupsOfMechanisms.flatMap(({ group, mechanisms }) =>
    mechanisms.map((id) => ({
      id,
      name: texts.mechanisms[id],
      group,
      groupName: texts.groups[group],
      artifacts: persistenceArtifacts.filter((one) => one.mechanisms.includes(id)).map((one) => one.id),
      recall: measured[id] ?? noRecall,
    })),
  );
}

export async function coverageCommand(args: {
  readonly language: Language;
  readonly json: string | undefined;
}): Promise<number> {
  const rows = mechanismRows(args.language);
  if (args.json === undefined) {
    await write(`${renderMechanisms(rows, viewOf(args.language))}\n`);
    return 0;
  }
  const text = `${JSON.stringify({ mechanisms: rows }, null, 2)}\n`;
  if (args.json === '-') await write(text);
  else writeJsonFile(args.json, text);
  return 0;
}
