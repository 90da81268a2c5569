/**
 * Which lines of a file go, exactly: those that the entries and their evidence name, in a file that is still what the
 * scan read. What is left of the file decides whether it goes whole: where nothing of anybody else stands in it.
 */
import { isHidden, isTemporary } from '../../detect/persistence/places.ts';
import type { RecordedState } from '../../model/ledger.ts';
import { maskPrintable } from '../../model/mask.ts';
import type { LineEdit } from '../../model/plan.ts';
import type { ResultPersistence, ScanResult } from '../../model/result.ts';
import { printableBytes } from '../../model/text.ts';
import { editedBytes } from '../execute/edited-bytes.ts';
import { sha256Of } from '../execute/look.ts';
import type { CaseView, SurveyedFile } from './case-view.ts';

const newline = 0x0a;

/** The lines of a file in printable form, without their ends. */
export function linesOf(content: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const found = content.indexOf(newline, at);
    const end = found < 0 ? content.length : found;
    lines.push(content.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

/** Paths that speak for themselves: hidden, or where everybody may write. */
const speaks = (path: string): boolean => isHidden(path) || isTemporary(path);

const isWord = (line: string, path: string): boolean => {
  for (let at = line.indexOf(path); at >= 0; at = line.indexOf(path, at + 1)) {
    if (!/[\w./-]/.test(line[at - 1] ?? ' ') && !/[\w./-]/.test(line[at + path.length] ?? ' ')) return true;
  }
  return false;
};

/**
 * Where an entry stands: the line it names; else those that its evidence shows in the same file; else those that name
 * a file which its evidence shows, where that file speaks for itself or is taken.
 * @param condemned files that the plan takes
 */
export function numbersOf(
  row: ResultPersistence,
  result: ScanResult,
  lines: readonly string[],
  condemned: ReadonlySet<string> = new Set(),
): readonly number[] {
  if (row.line !== undefined) return [row.line];
  const evidence = result.findings
    .filter(({ rule, path }) => rule.startsWith('persistence.') && path === row.source)
    .flatMap((finding) => finding.evidence);
  const shown = evidence.flatMap(({ source, line }) =>
    source === row.source && line !== undefined ? [line] : [],
  );
  const bad = evidence
    .map(({ source }) => source)
    .filter((path) => path !== row.source && (speaks(path) || condemned.has(path)));
  const named = lines.flatMap((line, at) =>
    !/^\s*#/.test(line) && bad.some((path) => isWord(line, path)) ? [at + 1] : [],
  );
  return [...new Set([...shown, ...named])].sort((a, b) => a - b);
}

/** A scan keeps times in microseconds that went through a floating-point number of milliseconds. */
const timeSlackNs = 2_000n;

/** The scan saw the same file: its size, and its times of change, one of which nobody can set. */
export function isAsScanned(view: CaseView, source: string, found: SurveyedFile): boolean {
  const seen = view.files.get(source);
  if (seen === undefined) return false;
  const near = (us: number, ns: string): boolean => {
    const apart = BigInt(Math.round(us)) * 1_000n - BigInt(ns);
    return apart >= -timeSlackNs && apart <= timeSlackNs;
  };
  const isSeen = ({ size, modifiedNs, changedNs }: RecordedState): boolean =>
    seen.size === size && near(seen.modifiedUs, modifiedNs) && near(seen.changedUs, changedNs);
  if (isSeen(found.file.state)) return true;
  // What an undo put back has another time of change, and the content that the scan saw: the ledger says so.
  return view.putBack.some(
    ({ path, sha256, state }) => path === found.file.path && sha256 === found.file.sha256 && isSeen(state),
  );
}

export interface Edited {
  readonly edits: LineEdit[];
  readonly after: string;
  /** Nothing of anybody is left in the file. */
  readonly emptied: boolean;
}

/** What of a file says nothing by itself, beside blank lines. */
export interface Idle {
  /** `#`, and `;` of INI files. Not where people keep notes: in a table or a profile of a user they are somebody's. */
  readonly comments: boolean;
  /** `SHELL=/bin/sh` of a crontab. */
  readonly variables: boolean;
}

function isIdle(line: string, idle: Idle): boolean {
  if (/^\s*$/.test(line)) return true;
  // `#includedir` of sudoers is no comment.
  if (idle.comments && /^\s*[#;](?!include)/.test(line)) return true;
  return idle.variables && /^\s*[A-Za-z_]\w*\s*=/.test(line);
}

/** @param changes what stands there instead, by line; undefined where the line goes */
export function editsOf(
  content: Uint8Array,
  changes: ReadonlyMap<number, LineEdit['after']>,
  idle: Idle = { comments: false, variables: false },
  shown: (line: Uint8Array) => LineEdit['before'] = (line) => maskPrintable(printableBytes(line)),
): Edited | undefined {
  const lines = linesOf(content);
  const edits = [...changes]
    .sort(([a], [b]) => a - b)
    .map(([line, after]): LineEdit => {
      const before = shown(lines[line - 1] ?? new Uint8Array(0));
      return after === undefined ? { line, before } : { line, before, after };
    });
  const bytes = editedBytes(content, edits);
  if (bytes === undefined || edits.length === 0) return undefined;
  const rest = linesOf(bytes).map((line) => Buffer.from(line).toString('latin1'));
  return { edits, after: sha256Of(bytes), emptied: rest.every((line) => isIdle(line, idle)) };
}
