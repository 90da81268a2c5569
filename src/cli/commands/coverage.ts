/**
 * `demine coverage`: the places from which a miner comes back, as they are declared, and how well each is read; and the
 * shapes by which logs and requests are read, with what vouches for each.
 */
import packed from '../../../packs/coverage.json' with { type: 'json' };
import { allReadings } from '../../artifacts/linux/logs/table.ts';
import { persistenceArtifacts } from '../../artifacts/linux/persistence.ts';
import { windowsFormats } from '../../artifacts/windows/formats.ts';
import { windowsArtifacts } from '../../artifacts/windows/index.ts';
import { messageShapes } from '../../formats/log/messages/table.ts';
import { webShapes } from '../../incident/entry/web-shapes.ts';
import type { Language } from '../../messages/catalogue.ts';
import { messagesFor } from '../../messages/index.ts';
import { groupsOfMechanisms, groupsOfWindows, type Mechanism } from '../../model/mechanism.ts';
import { noRecall, type Recall } from '../../model/recall.ts';
import { type ShapeSource, sourceOf } from '../../model/shape-source.ts';
import { type MechanismRow, renderMechanisms } from '../../report/mechanisms.ts';
import { renderShapes, type ShapeKind, type ShapeRow } from '../../report/shapes.ts';
import { writeOutputFile } from '../output-file.ts';
import { viewOf, write } from '../terminal.ts';

function mechanismRows(language: Language): readonly MechanismRow[] {
  const texts = messagesFor(language).persistence;
  const measured: Readonly<Partial<Record<Mechanism, Recall>>> = packed;
  const all = [...persistenceArtifacts, ...windowsArtifacts];
  return [...groupsOfMechanisms, ...groupsOfWindows].flatMap(({ group, mechanisms }) =>
    mechanisms.map((id) => ({
      id,
      name: texts.mechanisms[id],
      group,
      groupName: texts.groups[group],
      artifacts: all.filter((one) => one.mechanisms.includes(id)).map((one) => one.id),
      recall: measured[id] ?? noRecall,
    })),
  );
}

/** Every shape that is read, as it is declared. */
export function shapeRows(): readonly ShapeRow[] {
  const rowsOf = (kind: ShapeKind, shapes: readonly (ShapeSource & { readonly id: string })[]): ShapeRow[] =>
    shapes.map((shape) => ({ kind, id: shape.id, ...sourceOf(shape) }));
  return [
    ...rowsOf('log', allReadings),
    ...rowsOf('messages', messageShapes),
    ...rowsOf('windows', windowsFormats),
    ...rowsOf('request', webShapes),
  ];
}

export async function coverageCommand(args: {
  readonly language: Language;
  readonly json: string | undefined;
}): Promise<number> {
  const rows = mechanismRows(args.language);
  const shapes = shapeRows();
  if (args.json === undefined) {
    const view = viewOf(args.language);
    await write(`${renderMechanisms(rows, view)}\n\n${renderShapes(shapes, view)}\n`);
    return 0;
  }
  const text = `${JSON.stringify({ mechanisms: rows, shapes }, null, 2)}\n`;
  if (args.json === '-') await write(text);
  else writeOutputFile(args.json, text);
  return 0;
}
