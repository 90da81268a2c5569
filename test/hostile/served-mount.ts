/**
 * Program of the lab host: a FUSE file system with one file, `worker`, that holds a copy of FILE.
 *
 *   served-mount.ts POINT FILE
 *
 * It answers as a healthy server does, so programs can run from it; stopped with SIGSTOP it is a server that died
 * while its files are in use. Protocol: include/uapi/linux/fuse.h, version 7.31; nothing is cached by the kernel
 * but pages, so that every name is asked for again.
 */
import { mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { mount } from '../../src/native/namespaces.ts';

const opcode = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  open: 14,
  read: 15,
  statfs: 17,
  release: 18,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  access: 34,
  interrupt: 36,
  batchForget: 42,
} as const;
const notFound = -2;
const notKnown = -38;
const rootNode = 1n;
const fileNode = 2n;

const [point = '', file = ''] = process.argv.slice(2);
const content = readFileSync(file);
mkdirSync(point, { recursive: true });
const device = openSync('/dev/fuse', 'r+');
const data = `fd=${device},rootmode=40000,user_id=0,group_id=0,allow_other`;
const mounted = mount({ source: 'served', target: point, type: 'fuse', data });
if (mounted.status !== 'ok') throw new Error(`no FUSE mount on ${point}: ${mounted.reason}`);

/** struct fuse_attr. */
function attributes(node: bigint): Buffer {
  const out = Buffer.alloc(88);
  const folder = node === rootNode;
  out.writeBigUInt64LE(node, 0);
  out.writeBigUInt64LE(BigInt(folder ? 0 : content.length), 8);
  out.writeBigUInt64LE(BigInt(Math.ceil(content.length / 512)), 16);
  out.writeUInt32LE(folder ? 0o40755 : 0o100755, 60);
  out.writeUInt32LE(folder ? 2 : 1, 64);
  out.writeUInt32LE(4096, 80);
  return out;
}

/** struct fuse_init_out. */
function greeting(): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(1 << 17, 8);
  out.writeUInt16LE(12, 16);
  out.writeUInt16LE(10, 18);
  out.writeUInt32LE(1 << 17, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

/** The body of the answer, an error, or nothing for what wants no answer. */
function answer(code: number, node: bigint, body: Buffer): Buffer | number | undefined {
  switch (code) {
    case opcode.init:
      return greeting();
    case opcode.lookup:
      if (body.toString('latin1') !== 'worker\0') return notFound;
      // struct fuse_entry_out: node, generation, how long name and attributes are valid.
      return Buffer.concat([
        Buffer.from(new BigUint64Array([fileNode, 1n, 0n, 0n, 0n]).buffer),
        attributes(fileNode),
      ]);
    case opcode.getattr:
      return Buffer.concat([Buffer.alloc(16), attributes(node)]);
    case opcode.open:
    case opcode.opendir:
      return Buffer.alloc(16);
    case opcode.read: {
      const from = Number(body.readBigUInt64LE(8));
      return content.subarray(from, from + body.readUInt32LE(16));
    }
    case opcode.readdir:
    case opcode.release:
    case opcode.releasedir:
    case opcode.flush:
      return Buffer.alloc(0);
    case opcode.statfs:
      return Buffer.alloc(80);
    case opcode.forget:
    case opcode.batchForget:
    case opcode.interrupt:
      return undefined;
    default:
      return notKnown;
  }
}

process.stdout.write('mounted\n');
const request = Buffer.alloc(1 << 18);
for (;;) {
  const size = readSync(device, request);
  const [code, unique, node] = [
    request.readUInt32LE(4),
    request.readBigUInt64LE(8),
    request.readBigUInt64LE(16),
  ];
  const answered = answer(code, node, request.subarray(40, size));
  if (answered === undefined) continue;
  const body = typeof answered === 'number' ? Buffer.alloc(0) : answered;
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeInt32LE(typeof answered === 'number' ? answered : 0, 4);
  head.writeBigUInt64LE(unique, 8);
  // One write is one answer.
  writeSync(device, Buffer.concat([head, body]));
}
