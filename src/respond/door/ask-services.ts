/**
 * Asks services of this host, at an address of this host, whether they let in whoever comes.
 *
 * Why not over loopback alone: Redis lets in without a password who comes from there, and refuses all others. Why not
 * from outside: what is reachable from elsewhere depends on firewalls that others keep; a service that refuses here
 * refuses there. What it is NOT: an attack; `requests.ts` says what is sent. Nothing goes to an address that is not
 * this host's. Bounds: 20 services, one after the other, 3 s and 4 KiB each.
 */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { printableLatin1 } from '../../formats/text-lines.ts';
import type { Asked } from '../../model/door.ts';
import { maskSecrets } from '../../model/mask.ts';
import type { ResultExposure } from '../../model/result.ts';
import { requests, type ServiceRequest } from './requests.ts';

const patienceMs = 3000;
const mostBytes = 4096;
const mostServices = 20;
const shown = 160;

/** Addresses of this host, those that the network reaches first. */
export function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const usable = all.filter(({ address, scopeid }) => !address.startsWith('fe80:') && (scopeid ?? 0) === 0);
  return [...usable.filter(({ internal }) => !internal), ...usable.filter(({ internal }) => internal)].map(
    ({ address }) => address,
  );
}

/** Where a service that listens there is asked; undefined where that is no address of ours. */
export function addressFor(listening: string, own: readonly string[]): string | undefined {
  const any = listening === '0.0.0.0' || listening === '::' || listening === '';
  if (!any) return own.includes(listening) ? listening : undefined;
  return (listening === '0.0.0.0' ? own.find((one) => !one.includes(':')) : undefined) ?? own[0];
}

function exchange(address: string, port: number, request: ServiceRequest): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  const where = { host: address, port };
  // Its certificate is nobody's business here: what counts is whether it asks who we are.
  const socket = request.tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
  const end = (answered: boolean): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(answered ? Buffer.concat(chunks).subarray(0, mostBytes).toString('latin1') : undefined);
  };
  const timer = setTimeout(() => end(size > 0), patienceMs);
  const send = (): void => {
    socket.write(request.bytes(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`));
  };
  socket.once(request.tls ? 'secureConnect' : 'connect', send);
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // The words of a page may come after its head; a line of the other protocols is whole at once.
    const text = Buffer.concat(chunks).toString('latin1');
    if (size >= mostBytes || (!text.startsWith('HTTP/') && request.meaning(text) !== 'not-its-words'))
      end(true);
  });
  socket.once('end', () => end(size > 0));
  socket.once('close', () => end(size > 0));
  socket.once('error', () => end(size > 0));
  return promise;
}

async function askOne(address: string, port: number, request: ServiceRequest): Promise<Asked> {
  const text = await exchange(address, port, request);
  return {
    address,
    port,
    request: request.told,
    answer: text === undefined ? 'no-answer' : request.meaning(text),
    text: maskSecrets(printableLatin1((text ?? '').split('\r\n', 1)[0] ?? '').slice(0, shown)),
  };
}

/** What would be asked of these listeners, to be shown before it is. */
export const askable = (
  listeners: readonly ResultExposure[],
  own: readonly string[],
): readonly { readonly address: string; readonly port: number; readonly request: ServiceRequest }[] =>
  listeners.slice(0, mostServices).flatMap(({ service, address, port }) => {
    const request = Object.hasOwn(requests, service) ? requests[service] : undefined;
    const at = addressFor(address, own);
    return request === undefined || at === undefined ? [] : [{ address: at, port, request }];
  });

export async function askServices(
  listeners: readonly ResultExposure[],
  own: readonly string[] = ownAddresses(),
): Promise<readonly Asked[]> {
  const answers: Asked[] = [];
  for (const { address, port, request } of askable(listeners, own)) {
    answers.push(await askOne(address, port, request));
  }
  return answers;
}
