/**
 * What the checks of doors look at: settings of the target as they are now, and what a scan saw of it just before.
 *
 * Reads only; no program of the target is asked (`sshd -T` would be one). Bounds: 1 MiB a file, 20,000 lines of it.
 */
import type { ReadContext } from '../../artifacts/linux/reading.ts';
import { readFileNow } from '../../artifacts/linux/reading.ts';
import { textLines } from '../../formats/text-lines.ts';
import type { DoorEvidence, DoorState } from '../../model/door.ts';
import { maskSecrets } from '../../model/mask.ts';
import type { ResultExposure, ScanResult } from '../../model/result.ts';
import { type PathText, printableText } from '../../model/text.ts';
import { exposureNames, type FoundDoor } from './doors-of.ts';

const fileLimit = 1 << 20;
const mostLines = 20_000;
const longestEvidence = 240;
const artifact = 'respond.door';

export interface Checked {
  readonly state: DoorState;
  readonly evidence: readonly DoorEvidence[];
}

export const unknown: Checked = { state: 'unknown', evidence: [] };

export interface SettingsLine {
  readonly source: PathText;
  readonly line: number;
  readonly text: string;
}

/** Masked: a password in a setting is on no screen. */
export const evidenceOf = ({ source, line, text }: SettingsLine): DoorEvidence => ({
  source,
  line,
  text: maskSecrets(text.trim()).slice(0, longestEvidence),
});

export const closedBy = (...lines: readonly SettingsLine[]): Checked => ({
  state: 'closed',
  evidence: lines.map(evidenceOf),
});
export const openBy = (...lines: readonly SettingsLine[]): Checked => ({
  state: 'open',
  evidence: lines.map(evidenceOf),
});
/** Where no line says so, and the program does so by itself. */
export const openByDefault = (source: string, text: string): Checked => ({
  state: 'open',
  evidence: [{ source, text }],
});

export class DoorView {
  readonly context: ReadContext;
  readonly result: ScanResult;

  /** @param result of a scan of the same target, made just before */
  constructor(context: ReadContext, result: ScanResult) {
    this.context = context;
    this.result = result;
  }

  /** Whether sockets and processes were seen. */
  get runs(): boolean {
    return this.result.host.scope !== 'files';
  }

  bytes(path: string): Uint8Array | undefined {
    const reading = readFileNow(this.context, artifact, printableText(path), fileLimit);
    return reading.readable ? reading.bytes : undefined;
  }

  /** Lines without comments of `#` and `;`; undefined where the file is not there or cannot be read. */
  lines(path: string): readonly SettingsLine[] | undefined {
    const bytes = this.bytes(path);
    if (bytes === undefined) return undefined;
    const source = printableText(path);
    return [...textLines(bytes, { lines: mostLines, longest: 4096 })]
      .filter(({ text }) => !/^\s*(?:[#;]|$)/.test(text))
      .map(({ line, text }) => ({ source, line, text }));
  }

  /** The first of the files that is there, with its lines. */
  firstOf(
    paths: readonly string[],
  ): { readonly path: string; readonly lines: readonly SettingsLine[] } | undefined {
    for (const path of paths) {
      const lines = this.lines(path);
      if (lines !== undefined) return { path, lines };
    }
    return undefined;
  }

  /** What of a door the network reaches now. */
  listeners({ kind, service }: FoundDoor): readonly ResultExposure[] {
    const names = new Set([...exposureNames(kind), service]);
    return this.result.exposure.filter((one) => one.reach !== 'container' && names.has(one.service));
  }

  /** Nobody listens where the network comes: true, false, or undefined where sockets were not seen. */
  reachable(door: FoundDoor): Checked {
    if (!this.runs) return unknown;
    const found = this.listeners(door);
    if (found.length === 0) {
      // Its ports are not known to the exposure: that none is listed says nothing.
      return exposureNames(door.kind).length > 0 || door.from === 'exposure'
        ? { state: 'closed', evidence: [] }
        : unknown;
    }
    return {
      state: 'open',
      evidence: found.slice(0, 4).map((one) => ({
        source: `${one.transport} ${one.address.includes(':') ? `[${one.address}]` : one.address}:${one.port}`,
        text: one.process === undefined ? one.service : `${one.service}: ${one.process} (pid ${one.pid})`,
      })),
    };
  }
}
