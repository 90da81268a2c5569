import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import type { Native, NetlinkMessage } from '../../native/port.ts';
import { forwards } from './forwards.ts';

const attribute = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const value = Buffer.concat(parts);
  const out = Buffer.alloc((4 + value.length + 3) & ~3);
  out.writeUInt16LE(4 + value.length, 0);
  out.writeUInt16LE(type, 2);
  value.copy(out, 4);
  return out;
};
const text = (type: number, value: string): Uint8Array => attribute(type, Buffer.from(`${value}\0`));
const u32 = (type: number, value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return attribute(type, bytes);
};
const expression = (name: string, ...data: readonly Uint8Array[]): Uint8Array =>
  attribute(1, text(1, name), attribute(2, ...data));
const rule = (...expressions: readonly Uint8Array[]): NetlinkMessage => ({
  type: 0x0a06,
  payload: Buffer.concat([
    Buffer.from([2, 0, 0, 0]),
    text(1, 'nat\x1b'),
    text(2, 'out'),
    attribute(4, ...expressions),
  ]),
});
const address = Buffer.from([192, 0, 2, 1]);
const dnat = rule(
  expression('immediate', u32(1, 1), attribute(2, attribute(1, address))),
  expression('nat', u32(1, 1), u32(2, 2), u32(3, 1)),
);
const accept = rule(expression('immediate', u32(1, 0), attribute(2, attribute(2, u32(1, 1)))));

async function gather(native: Partial<Native>): Promise<{ facts: FactSet; log: SourceLog }> {
  const log = new SourceLog();
  const target = new RecordedTarget({ files: {}, native });
  const processes = [processFact(1, { namespaces: { net: 5 } }), processFact(2, { namespaces: { net: 6 } })];
  const found = await forwards.gather({
    target,
    log,
    facts: new FactSet(processes),
    nowUs: 0,
    thorough: false,
  });
  return { facts: new FactSet(found), log };
}

describe('linux.forwards', () => {
  test('a rule that redirects is a fact, one that accepts is not; names are printable', async () => {
    const { facts } = await gather({
      netlink: (_, pid) => ({ status: 'ok', value: pid === 2 ? [accept, dnat] : [accept] }),
    });
    expect(facts.of('forward')).toEqual([
      expect.objectContaining({
        mechanism: 'nftables',
        family: 'ip',
        action: 'dnat',
        toAddress: '192.0.2.1',
        where: 'ip nat%1B out',
        text: 'dnat to 192.0.2.1 (ip nat%1B out, handle 0)',
      }),
    ]);
  });

  test('a kernel without nf_tables and iptables has statuses and no facts', async () => {
    const { facts, log } = await gather({});
    expect(facts.size).toBe(0);
    // Of two namespaces: nf_tables, and two legacy tables of two families.
    expect(log.listed.map((source) => source.status)).toEqual(Array.from({ length: 10 }, () => 'absent'));
  });

  test('legacy tables are asked of every network namespace', async () => {
    const asked: string[] = [];
    await gather({
      iptablesEntries: (family, table, pid) => {
        asked.push(`${family} ${table} of ${pid}`);
        return { status: 'absent', reason: 'no table' };
      },
    });
    expect(asked.sort()).toEqual(
      ['ip', 'ip6'].flatMap((family) =>
        ['mangle', 'nat'].flatMap((table) => [1, 2].map((pid) => `${family} ${table} of ${pid}`)),
      ),
    );
  });
});
