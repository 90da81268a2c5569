/** Writes files as sadc does, from the structures in sysstat's sa.h: for tests of what reads them. */

/** Busy share of the interval that ends at `seconds`, or what else a record can be. */
export type SaRecord =
  | { readonly kind: 'statistics'; readonly seconds: number; readonly busy: number; readonly steal?: number }
  | { readonly kind: 'restart'; readonly seconds: number }
  | { readonly kind: 'comment'; readonly seconds: number }
  | { readonly kind: 'extra'; readonly seconds: number };

export interface SaFile {
  readonly records: readonly SaRecord[];
  readonly format?: 0x2171 | 0x2173 | 0x2175;
  readonly bigEndian?: boolean;
  /** A later version: more fields of every kind in every structure. */
  readonly grown?: boolean;
  /** 32-bit `unsigned long`; only the older formats have any. */
  readonly narrow?: boolean;
  readonly processors?: number;
}

const hertz = 100;

class Writer {
  readonly #parts: number[] = [];
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  get length(): number {
    return this.#parts.length;
  }

  number(value: number, size: 1 | 2 | 4 | 8): this {
    const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);
    this.#parts.push(...(this.#little ? bytes : bytes.reverse()));
    return this;
  }

  words(...values: readonly number[]): this {
    for (const value of values) this.number(value, 4);
    return this;
  }

  zeros(count: number): this {
    for (let left = count; left > 0; left -= 1) this.#parts.push(0);
    return this;
  }

  padTo(length: number): this {
    return this.zeros(length - this.length);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

/** Counters of all processors, moved on by each record of statistics. */
class Counters {
  /** user, nice, sys, idle, iowait, steal, hardirq, softirq, guest, guest_nice */
  readonly ticks = [5000, 10, 800, 900_000, 300, 0, 0, 40, 0, 0];
  #seconds: number | undefined;
  readonly #processors: number;

  constructor(processors: number) {
    this.#processors = processors;
  }

  pass(seconds: number, busy: number, steal: number): void {
    const all = (seconds - (this.#seconds ?? seconds)) * hertz * this.#processors;
    this.#seconds = seconds;
    const add = (field: number, share: number): void => {
      this.ticks[field] = (this.ticks[field] ?? 0) + Math.round(all * share);
    };
    add(0, busy * 0.9);
    add(2, busy * 0.1);
    add(5, steal);
    add(3, (1 - busy - steal) * 0.75);
    add(4, (1 - busy - steal) * 0.25);
  }

  restart(): void {
    this.ticks.fill(0);
    this.#seconds = undefined;
  }
}

function selfDescribing(file: SaFile): Uint8Array {
  const out = new Writer(file.bigEndian !== true);
  const more = file.grown === true ? 1 : 0;
  const processors = file.processors ?? 2;
  const header = { longs: 1 + more, ulongs: 1 + more, words: 12 + more };
  const act = { longs: more, ulongs: more, words: 9 + more };
  const rec = { longs: 2 + more, ulongs: more, words: 1 + more };
  const sizeOf = (of: typeof header): number => (of.longs + of.ulongs) * 8 + of.words * 4;
  const headerSize = sizeOf(header) + 280;
  const recordSize = Math.ceil((sizeOf(rec) + 4) / 8) * 8;
  const actSize = sizeOf(act);
  const cpuSize = (10 + more) * 8;
  const [first] = file.records;
  out
    .number(0xd596, 2)
    .number(0x2175, 2)
    .number(12, 1)
    .number(more === 1 ? 9 : 6, 1)
    .number(1, 1)
    .number(0, 1);
  out.words(headerSize, 0, header.longs, header.ulongs, header.words).padTo(76);
  out
    .number(first?.seconds ?? 0, 8)
    .zeros(more * 8)
    .number(hertz, 8)
    .zeros(more * 8);
  out.words(processors + 1, 3, 126, act.longs, act.ulongs, act.words, rec.longs, rec.ulongs, rec.words);
  out
    .words(actSize, recordSize, 0)
    .zeros(more * 4)
    .padTo(76 + headerSize);
  const activity = (...fields: readonly number[]): void => {
    const end = out.length + actSize;
    out
      .zeros((act.longs + act.ulongs) * 8)
      .words(...fields)
      .padTo(end);
  };
  // id, magic, items, parts, counted, size, kinds: one of fixed number before the CPUs, an unknown one after.
  activity(2, 0x8b, 1, 1, 0, 16, 1, 1, 0);
  activity(1, 0x8b, processors + 1, 1, 1, cpuSize, 10 + more, 0, 0);
  activity(99, 0x8a, 2, 3, 1, 12, 0, 0, 3);
  const counters = new Counters(processors);
  for (const record of file.records) {
    const type = { statistics: 1, restart: 2, comment: 4, extra: 7 }[record.kind];
    const end = out.length + recordSize;
    out
      .number(0, 8)
      .number(record.seconds, 8)
      .zeros((more + more) * 8);
    out.words(record.kind === 'extra' ? 1 : 0).zeros(more * 4);
    out.number(type, 1).padTo(end);
    switch (record.kind) {
      case 'extra':
        // Two chained descriptions, of three structures of 8 bytes and of one of 4.
        out.words(3, 8, 1, 1, 0, 0).zeros(24).words(1, 4, 0, 0, 0, 1).zeros(4);
        break;
      case 'comment':
        out.zeros(64);
        break;
      case 'restart':
        counters.restart();
        out.words(processors + 1);
        break;
      case 'statistics':
        counters.pass(record.seconds, record.busy, record.steal ?? 0);
        out.zeros(16).words(processors + 1);
        for (const value of counters.ticks) out.number(value, 8);
        out.zeros(more * 8 + processors * cpuSize);
        out.words(2).zeros(2 * 3 * 12);
    }
  }
  return out.bytes();
}

function older(file: SaFile, format: 0x2171 | 0x2173): Uint8Array {
  const out = new Writer(file.bigEndian !== true);
  const ulong = (value: number): void => {
    if (file.narrow === true) out.number(value, 4).zeros(4);
    else out.number(value, 8);
  };
  const isFirst = format === 0x2171;
  let processors = file.processors ?? 2;
  out
    .number(0xd596, 2)
    .number(format, 2)
    .number(isFirst ? 10 : 11, 1)
    .number(1, 1)
    .number(5, 1)
    .number(0, 1);
  if (!isFirst) out.words(288).padTo(76);
  const head = out.length;
  ulong(file.records[0]?.seconds ?? 0);
  if (isFirst) out.words(2);
  else out.words(processors + 1, 2, 1);
  out.zeros(3).number(file.narrow === true ? 4 : 8, 1);
  out.padTo(head + (isFirst ? 280 : 288));
  out.words(1, 0x8a, processors + 1, 1, 160);
  out.words(3, 0x8a, 4, 2, 16);
  const counters = new Counters(processors);
  for (const record of file.records) {
    const end = out.length + 48;
    out.zeros(32);
    ulong(record.seconds);
    out.number({ statistics: 1, restart: 2, comment: 4, extra: 7 }[record.kind], 1).padTo(end);
    switch (record.kind) {
      case 'extra':
        break;
      case 'comment':
        out.zeros(64);
        break;
      case 'restart':
        counters.restart();
        // A processor more after the restart, which only the later format can say.
        if (!isFirst) {
          processors += 1;
          out.words(1, 0x8a, processors + 1, 1, 160);
        }
        break;
      case 'statistics':
        counters.pass(record.seconds, record.busy, record.steal ?? 0);
        for (const value of counters.ticks) out.number(value, 8).zeros(8);
        out.zeros(processors * 160 + 4 * 2 * 16);
    }
  }
  return out.bytes();
}

export function saFile(file: SaFile): Uint8Array {
  return file.format === undefined || file.format === 0x2175
    ? selfDescribing(file)
    : older(file, file.format);
}

/** Records each ten minutes from `seconds` on: the first is what the next ones are compared with. */
export function everyTenMinutes(seconds: number, busy: readonly number[]): readonly SaRecord[] {
  return [0, ...busy].map((share, index) => ({
    kind: 'statistics',
    seconds: seconds + index * 600,
    busy: share,
  }));
}
