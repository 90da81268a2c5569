/**
 * What was removed and is waited for: files that were taken, lines that were edited out, programs that were ended. Read
 * from the plans of a case and their ledgers; what was undone is not waited for.
 */
import type { RecordedFile } from '../../model/ledger.ts';
import type { Plan, Step } from '../../model/plan.ts';
import { bytesOf, type PathText } from '../../model/text.ts';
import { mostEditedBytes } from '../execute/edited-bytes.ts';
import { sha256Of } from '../execute/look.ts';
import { type StepState, stepStates } from '../ledger/state.ts';
import { type StoredPlan, vaultPath } from '../plan-folder.ts';
import { Vault } from '../vault/vault.ts';

export interface TakenFile {
  readonly path: PathText;
  readonly sha256: string;
  readonly size: number;
  readonly type: RecordedFile['state']['type'];
}

export interface EditedFile {
  readonly path: PathText;
  /** SHA-256 of each line that went, without its newline and the blanks around it. */
  readonly lines: ReadonlySet<string>;
}

export interface Removed {
  readonly taken: ReadonlyMap<string, TakenFile>;
  readonly edited: ReadonlyMap<string, EditedFile>;
  /** Paths of programs and scripts of the attacker's. */
  readonly programs: ReadonlySet<string>;
  /** Path by SHA-256, of programs that were taken: a copy elsewhere is the same program. */
  readonly hashes: ReadonlyMap<string, PathText>;
  /** Sizes of those: nothing else is hashed. */
  readonly sizes: ReadonlySet<number>;
}

export const countOf = ({ taken, edited, programs }: Removed): number =>
  taken.size +
  [...edited.values()].reduce((sum, { lines }) => sum + lines.size, 0) +
  [...programs].filter((path) => !taken.has(path)).length;

/** A program is not of a few bytes: an empty file, or a link of one letter, has many copies. */
const leastProgram = 64;

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** A line as it is known again: indentation and a carriage return do not make another one of it. */
export function lineHash(line: Uint8Array): string | undefined {
  let [from, to] = [0, line.length];
  while (from < to && isBlank(line[from])) from += 1;
  while (to > from && isBlank(line[to - 1])) to -= 1;
  return from === to ? undefined : sha256Of(line.subarray(from, to));
}

/** Hashes of the lines of a text by their number, from one. */
export function* linesOf(content: Uint8Array): Generator<readonly [number: number, hash: string]> {
  let number = 1;
  for (let at = 0; at < content.length; number += 1) {
    const found = content.indexOf(0x0a, at);
    const end = found < 0 ? content.length : found;
    const hash = lineHash(content.subarray(at, end));
    if (hash !== undefined) yield [number, hash];
    at = end + 1;
  }
}

/** The lines that an edit took away: what stood there before and stands nowhere in the file now. */
function wentLines(content: Uint8Array, step: Step): ReadonlySet<string> {
  const { change } = step;
  if (change.kind !== 'edit-file') return new Set();
  const numbers = new Set(change.edits.map(({ line }) => line));
  const gone = new Set<string>();
  const kept = new Set<string>();
  for (const [number, hash] of linesOf(content)) (numbers.has(number) ? gone : kept).add(hash);
  // A bracket or an `fi` that stands elsewhere too says nothing.
  return new Set([...gone].filter((hash) => !kept.has(hash)));
}

interface PlanDone {
  readonly plan: Plan;
  readonly states: ReadonlyMap<string, StepState>;
  /** The content that a step kept. */
  readonly kept: (token: string) => Uint8Array | undefined;
}

export function removedBy(plans: readonly PlanDone[]): Removed {
  const taken = new Map<string, TakenFile>();
  const edited = new Map<string, EditedFile>();
  const programs = new Set<string>();
  const hashes = new Map<string, PathText>();
  const sizes = new Set<number>();
  for (const { plan, states, kept } of plans) {
    for (const step of plan.steps) {
      const { change } = step;
      const state = states.get(step.id);
      if (state?.kind !== 'done') continue;
      if (change.kind === 'kill') {
        for (const path of change.programs) programs.add(path);
        continue;
      }
      if (state.before.kind !== 'file') continue;
      const { file } = state.before;
      if (change.kind === 'quarantine') {
        const { path, sha256, state: inode } = file;
        taken.set(path, { path, sha256, size: inode.size, type: inode.type });
        if (inode.type === 'file' && inode.size >= leastProgram && (inode.mode & 0o111) !== 0) {
          hashes.set(sha256, path);
          sizes.add(inode.size);
        }
      } else if (change.kind === 'edit-file') {
        const content = kept(state.token);
        const lines = content === undefined ? new Set<string>() : wentLines(content, step);
        const before = edited.get(file.path)?.lines ?? [];
        if (lines.size > 0) edited.set(file.path, { path: file.path, lines: new Set([...before, ...lines]) });
      }
    }
  }
  return { taken, edited, programs, hashes, sizes };
}

/** Of the plans of a case as they are now. */
export function removedFrom(plans: Iterable<StoredPlan>): Removed {
  const done: PlanDone[] = [];
  for (const stored of plans) {
    const told = stored.entries.flatMap(({ record }) =>
      record.kind === 'vault' ? [Buffer.from(bytesOf(record.folder)).toString()] : [],
    );
    const vault = new Vault(vaultPath(stored), told);
    const kept = (token: string): Uint8Array | undefined => {
      const parts: Uint8Array[] = [];
      let size = 0;
      const whole = vault.content(token, (bytes) => {
        size += bytes.length;
        if (size <= mostEditedBytes) parts.push(Uint8Array.from(bytes));
      });
      return whole && size <= mostEditedBytes ? Buffer.concat(parts) : undefined;
    };
    done.push({ plan: stored.plan, states: stepStates(stored.entries), kept });
  }
  // The oldest first: what a later plan took counts as it was then.
  return removedBy(done.reverse());
}

/** Folders in which something would come back, without a final slash. */
export const placesOf = ({ taken, edited, programs }: Removed): readonly PathText[] =>
  [...new Set([...taken.keys(), ...edited.keys(), ...programs])] as PathText[];
