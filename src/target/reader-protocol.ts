/** What the reader and its child process say to each other: one JSON value per line. */
import { join } from 'node:path';
import type { SourceStatus } from '../model/source.ts';
import type { DirectoryEntry, FileStatus, Request } from './port.ts';

export interface ReaderQuestion {
  readonly request: Request;
  /** Bytes of the path, hex. */
  readonly path: string;
}

interface Outcome {
  readonly status: SourceStatus;
  readonly reason?: string;
}

export type ReaderAnswer =
  | (Outcome & { readonly kind: 'file'; readonly data: string })
  | (Outcome & { readonly kind: 'link'; readonly target: string })
  | (Outcome & {
      readonly kind: 'directory';
      readonly entries: readonly { readonly name: string; readonly type: DirectoryEntry['type'] }[];
    })
  | (Outcome & { readonly kind: 'stat'; readonly stat?: FileStatus });

/** The file that knows this room's internal tasks when we run from source. */
export const entryFile: string = join(import.meta.dir, 'child-main.ts');
