/** What a plan is made from: the published result of a scan, facts of the same scan, and the target as it is now. */
import type { PackagedCopy } from '../../artifacts/linux/package-cache.ts';
import type { FileFact } from '../../model/facts/persistence.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { RecordedFile, Stop } from '../../model/ledger.ts';
import type { LeftOut } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import type { PathText, Printable } from '../../model/text.ts';
import type { ContainerSurvey } from './container-view.ts';

/**
 * What a watch saw with its own eyes: that something which was removed came back by this. Ids are those of its record.
 * It is one source of truth; whoever puts a path or an entry here has a second one.
 */
export interface Witnessed {
  /** Programs and scripts, by their path. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Entries of the result that start them, by their id. */
  readonly entries: ReadonlyMap<string, readonly string[]>;
  /** Files in which those entries stand. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** For what there is no second source: the responder looks. */
  readonly left: readonly LeftOut[];
}

export interface CaseView {
  /** Number of the scan in the case. */
  readonly scan: number;
  readonly result: ScanResult;
  readonly processes: readonly ProcessFact[];
  /** What the scan saw of files, by path: a file that changed since is not edited by its lines. */
  readonly files: ReadonlyMap<string, FileFact>;
  /** Settings of the running kernel by name, as the scan saw them. */
  readonly settings: ReadonlyMap<string, string>;
  /** Files that an undo of this case put back, as they were before: with the times that the scan saw. */
  readonly putBack: readonly RecordedFile[];
  readonly witnessed?: Witnessed;
}

/** A file as it is when the plan is made. */
export interface SurveyedFile {
  /** Where it lies, past links of folders above it. A link itself is not followed. */
  readonly file: RecordedFile;
  /** Name of the package; `unknown` where the package database could not be read, or there is none. */
  readonly owner:
    | { readonly kind: 'package'; readonly name: Printable; readonly manager: string }
    | { readonly kind: 'none' | 'unknown' };
  /** Whether it is what its package brought; undefined where no package owns it or it was not compared. */
  readonly integrity?: 'unchanged' | 'changed' | 'conffile-changed' | 'missing' | 'replaced' | 'unknown';
  /** Of a plain file that is small enough to be edited. */
  readonly content?: Uint8Array;
  /** Of a folder: the paths in it, all of them or none. */
  readonly inside?: readonly PathText[];
  /** Something is mounted upon it or below: then it stays, and of what lies there only what is named goes. */
  readonly holdsMount?: boolean;
  /** Links that start it: of a unit those in `*.wants`, of an init script those in `rc?.d`. */
  readonly startedBy?: readonly PathText[];
}

/** The target as it is. A path that was not asked for is not there. */
export interface Survey {
  at(path: string): SurveyedFile | Stop;
  /** From where a file of a package that was replaced or is gone can come back, by its real path. */
  readonly copies: ReadonlyMap<string, PackagedCopy>;
  /** What engines of a running host say; absent where none was asked. */
  readonly containers?: ContainerSurvey;
  /** Files within containers that no engine deals with. */
  readonly inside?: ReadonlyMap<number, (path: string) => SurveyedFile | Stop>;
}

export const isSurveyed = (found: SurveyedFile | Stop): found is SurveyedFile => 'file' in found;
