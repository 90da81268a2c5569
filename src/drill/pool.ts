/**
 * A loopback server that speaks like a Monero pool, and the login a miner would send to it. The wallet is one
 * that nobody can own: 64 constant bytes with a right checksum. A plain JSON-RPC service stands beside it.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58xmr } from '@scure/base';
import { poolAddress } from './places.ts';

export const poolPort = 3333;
export const servicePort = 8545;

/** Standard Monero address: network byte 0x12, two keys of 32 bytes, 4 bytes of Keccak-256. */
export function exampleWallet(): string {
  const body = new Uint8Array(65).fill(0xd3);
  body[0] = 0x12;
  const whole = new Uint8Array(69);
  whole.set(body);
  whole.set(keccak_256(body).subarray(0, 4), 65);
  return base58xmr.encode(whole);
}

export const minerLogin = (): string =>
  JSON.stringify({
    id: 1,
    jsonrpc: '2.0',
    method: 'login',
    params: { login: exampleWallet(), pass: 'x', agent: 'demine-drill/1', algo: ['rx/0'] },
  });

export const serviceRequest = (): string =>
  JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'queue.next', params: { queue: 'reports', wait: 60 } });

const job = {
  blob: '0'.repeat(152),
  job_id: 'demine-drill-1',
  target: 'b88d0600',
  height: 1,
  seed_hash: '0'.repeat(64),
  algo: 'rx/0',
};

const jobPush = JSON.stringify({ jsonrpc: '2.0', method: 'job', params: job });
const loginAnswer = JSON.stringify({
  id: 1,
  jsonrpc: '2.0',
  error: null,
  result: { id: 'demine-drill', job, status: 'OK', extensions: ['algo', 'keepalive'] },
});
const serviceAnswer = JSON.stringify({ id: 1, jsonrpc: '2.0', result: { item: null } });

function serve(port: number, answer: string, push: string | undefined): () => void {
  const timers = new Set<ReturnType<typeof setInterval>>();
  const server = Bun.listen({
    hostname: poolAddress,
    port,
    socket: {
      data: (socket) => {
        socket.write(`${answer}\n`);
        if (push !== undefined) timers.add(setInterval(() => socket.write(`${push}\n`), 1000));
      },
    },
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
    server.stop(true);
  };
}

/** @returns how to end it */
export const openPool = (): (() => void) => serve(poolPort, loginAnswer, jobPush);
export const openService = (): (() => void) => serve(servicePort, serviceAnswer, undefined);
