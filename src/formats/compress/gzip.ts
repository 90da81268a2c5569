/**
 * Gzip files: members one after the other, zeros or other bytes behind them.
 *
 * Writers of logs append members (`gzip -c >> file`), tapes and block devices pad with zeros. What stands behind the
 * last member and is none is counted, as gzip warns of it and goes on.
 * Source: RFC 1952 §2.2 (file), §2.3 (member, flags, CRC-32 and size modulo 2^32).
 */
import { crc32 } from 'node:zlib';
import { refuse, type Steps } from './flow.ts';
import { deflateWindow, Inflater } from './inflate.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';
import { passOver, skip } from './trailing.ts';
import { Window } from './window.ts';

export const gzipMagic = [0x1f, 0x8b] as const;
const deflateMethod = 8;
const flags = { headerCheck: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const trailerSize = 8;

/** CRC-32 and size of what was given. */
class Content {
  crc = 0;
  size = 0;

  update(bytes: Uint8Array): void {
    this.crc = crc32(bytes, this.crc);
    this.size = (this.size + bytes.length) % 0x1_0000_0000;
  }
}

/** Text to its NUL. */
function* skipText(input: Input): Steps {
  do {
    yield* input.need(1);
  } while (input.byte() !== 0);
}

function* header(input: Input): Steps {
  yield* input.need(10);
  input.at += 2;
  const method = input.byte();
  const flag = input.byte();
  if (method !== deflateMethod || (flag & flags.reserved) !== 0) refuse('unsupported');
  input.at += 6;
  if ((flag & flags.extra) !== 0) {
    yield* input.need(2);
    yield* skip(input, input.u16());
  }
  if ((flag & flags.name) !== 0) yield* skipText(input);
  if ((flag & flags.comment) !== 0) yield* skipText(input);
  if ((flag & flags.headerCheck) !== 0) yield* skip(input, 2);
}

export function* gzipFile(input: Input, output: Output): Steps {
  const window = new Window(output, deflateWindow);
  const inflater = new Inflater(input, window);
  yield* input.need(gzipMagic.length);
  if (!input.startsWith(gzipMagic)) refuse('header');
  while ((yield* input.want(gzipMagic.length)) && input.startsWith(gzipMagic)) {
    yield* header(input);
    const content = new Content();
    window.begin(deflateWindow, content);
    yield* inflater.run();
    window.flush();
    yield* input.need(trailerSize);
    const [crc, size] = [input.u32(), input.u32()];
    output.expect(crc === content.crc && size === content.size);
  }
  yield* passOver(input, output);
}
