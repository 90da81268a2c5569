/**
 * What containers print: Docker's json-file (`{"log":"…\n","stream":"stdout","time":"…"}`) and the form of CRI runtimes
 * (`2024-01-02T03:04:05.678901234Z stdout F …`, in /var/log/pods).
 *
 * The container is named by the path of the file. Docker parts what is longer than 16 KiB: a full part without its
 * newline goes on in the next of the same stream; CRI marks it `P`. Text that a container prints is its own and decides nothing.
 * Bounds: 64 KiB of one text.
 * Sources: moby daemon/logger/jsonfilelog/jsonlog/jsonlog.go, daemon/logger/copier.go; kubernetes
 * pkg/kubelet/kuberuntime/logs/logs.go and design proposals of the CRI (kubelet-cri-logging).
 */
import type { ContainerEvent, EventBase } from '../../../model/facts/event.ts';
import { baseName, folderOf, type Printable, printableText } from '../../../model/text.ts';
import { find, space, startsWith } from '../../ascii.ts';
import { member } from '../../loose-json.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import { jsonLine, textTime } from '../json-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { longestCommand, saidCommand, saidText } from '../messages/message.ts';
import { isoTime } from '../syslog-head.ts';

type Output = Omit<ContainerEvent, keyof EventBase>;

const nowhere: Printable = printableText('');
const mostBytes = 64 << 10;
/** Docker's buffer, less what a character on its edge may lose. */
const fullPart = (16 << 10) - 8;

/** A text in parts, by stream. */
class Parted {
  readonly #context: DecodeContext;
  readonly #detail: (text: string) => Output;
  readonly #begun = new Map<string, { readonly line: HeldLine; text: string }>();

  constructor(context: DecodeContext, detail: (text: string) => Output) {
    this.#context = context;
    this.#detail = detail;
  }

  add(line: LogLine, stream: string, text: string, isWhole: boolean): void {
    const begun = this.#begun.get(stream);
    if (begun === undefined && isWhole) {
      this.#context.emit(line, nowhere, this.#detail(text));
      return;
    }
    if (begun === undefined) {
      this.#begun.set(stream, { line: new HeldLine(line, this.#context.clock), text });
      return;
    }
    if (begun.text.length < mostBytes) begun.text += text;
    if (!isWhole) return;
    this.#begun.delete(stream);
    begun.line.emit(this.#context, nowhere, this.#detail(begun.text));
  }

  end(): void {
    for (const { line, text } of this.#begun.values()) line.emit(this.#context, nowhere, this.#detail(text));
    this.#begun.clear();
  }
}

const output = (runtime: Output['runtime'], container: Printable, detail: Printable): Output => ({
  what: 'container',
  runtime,
  action: 'output',
  container,
  image: nowhere,
  account: nowhere,
  from: nowhere,
  detail,
});

/** Streams are two; others are none of Docker's. */
const isStream = (stream: unknown): stream is 'stdout' | 'stderr' =>
  stream === 'stdout' || stream === 'stderr';

/** `…/containers/<id>/<id>-json.log`, also rotated (`-json.log.1`). */
const idOf = (source: Printable): Printable =>
  (/^([0-9a-f]{12,64})-json\.log(?:\.\d{1,6})?(?:\.gz)?$/.exec(baseName(source))?.[1] ??
    baseName(folderOf(source))) as Printable;

class JsonFileDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #parted: Parted;

  constructor(context: DecodeContext) {
    this.#context = context;
    const id = idOf(context.source);
    this.#parted = new Parted(context, (text) => output('docker', id, saidText(text, longestCommand)));
  }

  decode(line: LogLine): boolean {
    const found = jsonLine(line);
    const text = member(found, 'log');
    const stream = member(found, 'stream');
    const time = member(found, 'time');
    if (typeof text !== 'string' || typeof time !== 'string' || !isStream(stream)) return false;
    if (!textTime(time, this.#context.clock)) return false;
    const ended = text.endsWith('\n');
    // What is shorter and has no newline was the last that a process wrote.
    const isWhole = ended || Buffer.byteLength(text) < fullPart;
    this.#parted.add(line, stream, ended ? text.slice(0, -1) : text, isWhole);
    return true;
  }

  end(): void {
    this.#parted.end();
  }
}

export const dockerJsonFile: LogFormat = {
  id: 'docker-json-file',
  verified: true,
  source: 'moby daemon/logger/jsonfilelog; docs.docker.com config/containers/logging/json-file',
  decoder: (context) => new JsonFileDecoder(context),
};

/** `/var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log` as `namespace/pod/container`. */
function podOf(source: Printable): Printable {
  const found = /\/pods\/([^/_]{1,253})_([^/_]{1,253})_[^/]{1,64}\/([^/]{1,253})\//.exec(source);
  if (found !== null) return found.slice(1).join('/') as Printable;
  const linked = /\/containers\/([^/_]{1,253})_([^/_]{1,253})_([^/]{1,253})-[0-9a-f]{64}\.log$/.exec(source);
  if (linked === null) return baseName(source);
  const [, pod, namespace, container] = linked;
  return `${namespace}/${pod}/${container}` as Printable;
}

class CriDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #parted: Parted;

  constructor(context: DecodeContext) {
    this.#context = context;
    const pod = podOf(context.source);
    this.#parted = new Parted(context, (text) => output('kubernetes', pod, saidCommand(text)));
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end } = line;
    const after = isoTime(bytes, start, end, this.#context.clock);
    if (after < 0 || bytes[after] !== space) return false;
    const stream = startsWith(bytes, 'stdout ', after + 1, end)
      ? 'stdout'
      : startsWith(bytes, 'stderr ', after + 1, end)
        ? 'stderr'
        : undefined;
    const tag = bytes[after + 8];
    // Tags are parted by colons: `P:…`.
    if (stream === undefined || (tag !== 0x46 && tag !== 0x50)) return false;
    const textAt = Math.min(end, find(bytes, space, after + 8, end) + 1);
    this.#parted.add(line, stream, lineText(line, textAt), tag === 0x46);
    return true;
  }

  end(): void {
    this.#parted.end();
  }
}

export const criOutput: LogFormat = {
  id: 'cri-output',
  verified: true,
  source: 'kubernetes pkg/kubelet/kuberuntime/logs/logs.go (parseCRILog)',
  decoder: (context) => new CriDecoder(context),
};
