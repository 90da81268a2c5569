/**
 * Speaks with a container engine on its own socket: the Docker Engine API, which podman answers too. No client program
 * of the host is started, and an answer may be anything: it is bounded in size and time, no redirect is followed, and
 * what it says is believed only after it was asked again.
 *
 * Used: `_ping`, `containers/json`, `containers/ID/{json,changes,archive,export,update,pause,unpause,kill,start}`, from version
 * 1.24 on (the restart policy of a container that is there can be changed since 1.22). Source: Docker Engine API 1.41;
 * podman 5.4, podman-system-service(1), of which `update` takes a restart policy since 5.1.
 */
import { connect } from 'node:net';
import {
  changedPaths,
  type EngineContainer,
  engineContainer,
  type ListedContainer,
  listedContainers,
  type RestartPolicy,
  wholeSize,
} from '../../formats/engine-container.ts';
import { HttpResponseReader } from '../../formats/http-response.ts';
import { jsonLimit, member, parseLooseJson } from '../../formats/loose-json.ts';
import type { Engine } from '../../model/plan.ts';
import { bytesOf, type PathText, printableText } from '../../model/text.ts';
import { passOn } from '../../native/failure.ts';
import type { Answer } from '../../native/port.ts';

/** Milliseconds. A daemon that is asked to pause or to end a container answers when it has. */
const patienceMs = 20_000;
/** Of what is copied. */
const copyPatienceMs = 120_000;
/** Of a whole file system: any size may come, but not slowly. A disk that is busy reads some MiB a second. */
const exportPace: Pace = { silenceMs: 60_000, bytesPerSecond: 256 << 10 };
export const mostListed = 2_000;
/** Paths of the list of changes that are looked at. */
export const mostChanges = 20_000;

/** How slow an answer of any length may be. */
export interface Pace {
  /** Milliseconds without a byte; also what the whole may take beside its bytes. */
  readonly silenceMs: number;
  /** On the whole. */
  readonly bytesPerSecond: number;
}

export interface EngineCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Bytes of body that are taken; those of a JSON file where nothing is said. */
  readonly most?: number;
  readonly waitMs?: number;
  /** Instead of `waitMs`. */
  readonly pace?: Pace;
  /** Gets the body piece by piece instead, each good for the call alone; where the answer is 200 only. */
  readonly take?: (piece: Uint8Array) => void;
}

export interface EngineAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Empty where `take` had it. */
  readonly body: Uint8Array;
}

const head = ({ method, path }: EngineCall, length: number): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: engine',
    'Accept-Encoding: identity',
    'Connection: close',
    ...(length > 0 ? ['Content-Type: application/json'] : []),
    ...(method === 'POST' ? [`Content-Length: ${length}`] : []),
    '\r\n',
  ].join('\r\n');

/** Bytes that come in pieces as small as the sender likes: one buffer that grows. */
class Gathered {
  #buffer = new Uint8Array(4096);
  #size = 0;

  /** @throws RangeError */
  add(piece: Uint8Array, most: number): void {
    if (this.#size + piece.length > most) throw new RangeError(`more than ${most} bytes`);
    if (this.#size + piece.length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (this.#size + piece.length));
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#size);
    this.#size += piece.length;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }
}

/** For how long an answer is waited for: so long in all, or as long as it comes at a pace. */
class Patience {
  readonly #began = performance.now();
  readonly #waitMs: number;
  readonly #pace: Pace | undefined;
  #last = this.#began;
  #bytes = 0;

  constructor(waitMs: number, pace: Pace | undefined) {
    this.#waitMs = waitMs;
    this.#pace = pace;
  }

  heard(bytes: number): void {
    this.#last = performance.now();
    this.#bytes += bytes;
  }

  get leftMs(): number {
    const now = performance.now();
    if (this.#pace === undefined) return this.#began + this.#waitMs - now;
    const { silenceMs, bytesPerSecond } = this.#pace;
    const whole = this.#began + silenceMs + (1000 * this.#bytes) / bytesPerSecond;
    return Math.min(this.#last + silenceMs, whole) - now;
  }

  get reason(): string {
    if (this.#pace === undefined) return `no answer within ${this.#waitMs} ms`;
    return `it came too slowly: ${this.#bytes} bytes in ${Math.round(performance.now() - this.#began)} ms`;
  }
}

/** One call on a connection of its own. */
export function callEngine(socketPath: Uint8Array, call: EngineCall): Promise<Answer<EngineAnswer>> {
  const { most = jsonLimit, waitMs = patienceMs, pace, take } = call;
  const { promise, resolve } = Promise.withResolvers<Answer<EngineAnswer>>();
  const body = new Gathered();
  const reader = new HttpResponseReader(most, (piece) => {
    if (take !== undefined && reader.head?.status === 200) take(piece);
    // What is not taken is kept in memory, however much may be taken.
    else body.add(piece, Math.min(most, jsonLimit));
  });
  const socket = connect({ path: Buffer.from(socketPath).toString() });
  const end = (answer: Answer<EngineAnswer>): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(answer);
  };
  const refuse = (reason: string): void => end({ status: 'error', reason });
  const patience = new Patience(waitMs, pace);
  const watch = (): void => {
    const left = patience.leftMs;
    if (left <= 0) end({ status: 'timeout', reason: patience.reason });
    else timer = setTimeout(watch, left);
  };
  let timer = setTimeout(watch, patience.leftMs);
  const finish = (): void => {
    const answered = reader.head;
    if (answered !== undefined && reader.isDone) {
      end({ status: 'ok', value: { ...answered, body: body.bytes } });
    }
  };
  const guarded = (action: () => void): void => {
    try {
      action();
      finish();
    } catch (thrown) {
      refuse(thrown instanceof RangeError ? thrown.message : String(thrown));
    }
  };
  socket.on('connect', () => {
    const sent = call.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(call.body));
    socket.write(Buffer.concat([Buffer.from(head(call, sent.length)), sent]));
  });
  socket.on('error', ({ message }) => refuse(message));
  socket.on('data', (bytes: Buffer) => {
    patience.heard(bytes.length);
    guarded(() => reader.push(bytes));
  });
  socket.on('close', () => guarded(() => reader.end()));
  return promise;
}

/** The engine's own words, which may be anybody's. */
function complaint(body: Uint8Array, status: number): string {
  const parsed = parseLooseJson(body);
  const said = parsed.ok ? member(parsed.value, 'message') : undefined;
  const words = typeof said === 'string' ? `: ${printableText(said.slice(0, 200))}` : '';
  return `HTTP ${status}${words}`;
}

const isId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

export class EngineClient {
  readonly #engine: Pick<Engine, 'socket' | 'api'>;

  constructor(engine: Pick<Engine, 'socket' | 'api'>) {
    this.#engine = engine;
  }

  async #call(call: EngineCall): Promise<Answer<EngineAnswer>> {
    const { socket, api } = this.#engine;
    return await callEngine(bytesOf(socket), { ...call, path: `/v${api}${call.path}` });
  }

  /** An answer of the class 2xx, or 304 for what is as it was asked to be. */
  async #asked(call: EngineCall): Promise<Answer<EngineAnswer>> {
    const answer = await this.#call(call);
    if (answer.status !== 'ok') return answer;
    const { status, body } = answer.value;
    if ((status >= 200 && status < 300) || status === 304) return answer;
    return { status: status === 404 ? 'absent' : 'error', reason: complaint(body, status) };
  }

  async #json(path: string): Promise<Answer<unknown>> {
    const answer = await this.#asked({ method: 'GET', path });
    if (answer.status !== 'ok') return passOn(answer);
    const parsed = parseLooseJson(answer.value.body);
    return parsed.ok ? { status: 'ok', value: parsed.value } : { status: 'error', reason: parsed.reason };
  }

  /** As it says it, for evidence; secrets are in it. */
  async inspectWhole(id: string): Promise<Answer<unknown>> {
    if (!isId(id)) return { status: 'error', reason: 'no id' };
    return await this.#json(`/containers/${id}/json`);
  }

  async inspect(id: string): Promise<Answer<EngineContainer>> {
    const answer = await this.inspectWhole(id);
    if (answer.status !== 'ok') return passOn(answer);
    const container = engineContainer(answer.value);
    // One that answers with another container is not asked again.
    return container?.id === id
      ? { status: 'ok', value: container }
      : { status: 'error', reason: 'it answered with no such container' };
  }

  async list(): Promise<Answer<readonly ListedContainer[]>> {
    const answer = await this.#json('/containers/json?all=1');
    return answer.status === 'ok'
      ? { status: 'ok', value: listedContainers(answer.value, mostListed) }
      : passOn(answer);
  }

  /** What was changed within it over its image. */
  async changes(id: string): Promise<Answer<readonly PathText[]>> {
    const answer = await this.#json(`/containers/${id}/changes`);
    return answer.status === 'ok'
      ? { status: 'ok', value: changedPaths(answer.value, mostChanges) }
      : passOn(answer);
  }

  /** A file or folder within it, as tar(5). @param take gets it piece by piece */
  async archive(
    id: string,
    path: Uint8Array,
    limits: { readonly most: number },
    take: (piece: Uint8Array) => void,
  ): Promise<Answer<true>> {
    const encoded = [...path].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const answer = await this.#asked({
      method: 'GET',
      path: `/containers/${id}/archive?path=${encoded}`,
      most: limits.most,
      waitMs: copyPatienceMs,
      take,
    });
    return answer.status === 'ok' ? { status: 'ok', value: true } : passOn(answer);
  }

  /** Bytes of its whole file system, its image included. An engine counts them file by file, which takes its time. */
  async sizeOf(id: string): Promise<Answer<number>> {
    if (!isId(id)) return { status: 'error', reason: 'no id' };
    const answer = await this.#json(`/containers/${id}/json?size=1`);
    if (answer.status !== 'ok') return passOn(answer);
    const size = wholeSize(answer.value);
    return size === undefined
      ? { status: 'absent', reason: 'it does not say' }
      : { status: 'ok', value: size };
  }

  /** Its whole file system without volumes and what is bound in, as tar(5). @param take gets it piece by piece */
  async export(
    id: string,
    limits: { readonly most: number; readonly pace?: Pace },
    take: (piece: Uint8Array) => void,
  ): Promise<Answer<true>> {
    const answer = await this.#asked({
      method: 'GET',
      path: `/containers/${id}/export`,
      most: limits.most,
      pace: limits.pace ?? exportPace,
      take,
    });
    return answer.status === 'ok' ? { status: 'ok', value: true } : passOn(answer);
  }

  async #order(id: string, path: string, body?: object): Promise<Answer<true>> {
    const answer = await this.#asked({
      method: 'POST',
      path: `/containers/${id}/${path}`,
      ...(body === undefined ? {} : { body }),
    });
    return answer.status === 'ok' ? { status: 'ok', value: true } : passOn(answer);
  }

  setPolicy(id: string, { name, retries }: RestartPolicy): Promise<Answer<true>> {
    return this.#order(id, 'update', { RestartPolicy: { Name: name, MaximumRetryCount: retries } });
  }

  pause(id: string): Promise<Answer<true>> {
    return this.#order(id, 'pause');
  }

  unpause(id: string): Promise<Answer<true>> {
    return this.#order(id, 'unpause');
  }

  /** At once: a signal before would let it clean up behind itself. */
  end(id: string): Promise<Answer<true>> {
    return this.#order(id, 'kill?signal=SIGKILL');
  }

  start(id: string): Promise<Answer<true>> {
    return this.#order(id, 'start');
  }
}
