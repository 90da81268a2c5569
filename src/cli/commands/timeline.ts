/** `demine timeline CASE`: events of all logs by time, for people or for other programs. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError, errorText } from '../../model/error.ts';
import { exportLines } from '../../report/timeline/export.ts';
import { chainPlaces, renderEvents, renderHead } from '../../report/timeline/screen.ts';
import { timelineTexts } from '../../report/timeline/texts.ts';
import type { CaseStore } from '../../store/case-store.ts';
import type { TimelineArguments } from '../case-arguments.ts';
import { caseResult } from '../case-export.ts';
import { openNamedCase } from '../case-file.ts';
import { viewOf, write } from '../terminal.ts';

const pieceSize = 64 << 10;

/** Lines of the timeline as they are asked for; nothing is made before it is taken. */
function* linesOf(
  store: CaseStore,
  args: TimelineArguments & { readonly language: Language },
): Generator<string> {
  const { query, format, language, folder } = args;
  const events = store.events.search(query);
  if (format !== 'text') {
    yield* exportLines(events, format, timelineTexts(language));
    return;
  }
  const view = viewOf(language);
  const logs = store.events.logs();
  const result = caseResult(store);
  yield* renderHead({ name: folder, logs, counts: store.events.counts(query), result }, view);
  if (logs.length === 0) return;
  const withHost = store.events.isOfSeveralHosts();
  yield* renderEvents(events, { ...view, withHost, marked: chainPlaces(result) });
}

function* piecesOf(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function writeFile(path: string, pieces: Iterable<string>): void {
  try {
    const descriptor = openSync(path, 'w', 0o600);
    try {
      for (const piece of pieces) {
        const bytes = Buffer.from(piece);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new DemineError('output-unwritable', errorText(cause), { subject: path, cause });
  }
}

export async function timelineCommand(
  args: TimelineArguments & { readonly language: Language },
): Promise<number> {
  const store = openNamedCase(args.folder);
  try {
    const pieces = piecesOf(linesOf(store, args));
    if (args.out !== undefined && args.out !== '-') writeFile(args.out, pieces);
    else for (const piece of pieces) if (!(await write(piece))) break;
  } finally {
    store.close();
  }
  return 0;
}
