/** SAM hives for tests, with the bytes of F, V and C written by hand: accounts as they are, and as attackers make them. */
import { type KeySpec, someTime, utf16 } from '../registry/hive.fixture.ts';
import { valueType } from '../registry/value.ts';

export interface UserSpec {
  readonly rid: number;
  readonly name: string;
  /** The number in F, where it is another one. */
  readonly cloneOf?: number;
  readonly flags?: number;
  readonly lastLogon?: bigint;
  readonly passwordSet?: bigint;
  readonly logons?: number;
  readonly password?: boolean;
  /** False for an account without its key below Names. */
  readonly named?: boolean;
  readonly written?: bigint;
}

export interface AliasSpec {
  readonly rid: number;
  readonly name: string;
  readonly members: readonly number[];
}

/** Sub-authorities of the host's SID. */
const machine = [1_111_111_111, 2_222_222_222, 3_333_333_333] as const;
export const machineSid = `S-1-5-21-${machine.join('-')}`;

function sidBytes(...parts: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUInt8(5, 7);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + index * 4);
  return bytes;
}

export function numbersBytes(user: UserSpec): Buffer {
  const f = Buffer.alloc(80);
  f.writeUInt16LE(2, 0);
  f.writeUInt16LE(1, 2);
  f.writeBigUInt64LE(user.lastLogon ?? 0n, 8);
  f.writeBigUInt64LE(user.passwordSet ?? someTime, 24);
  f.writeBigUInt64LE(0x7fff_ffff_ffff_ffffn, 32);
  f.writeUInt32LE(user.cloneOf ?? user.rid, 48);
  f.writeUInt32LE(513, 52);
  f.writeUInt16LE(user.flags ?? 0x10, 56);
  f.writeUInt16LE(user.logons ?? 0, 66);
  return f;
}

export function textsBytes(user: UserSpec): Buffer {
  const places = Buffer.alloc(17 * 12);
  const parts: Uint8Array[] = [];
  let end = 0;
  const put = (index: number, bytes: Uint8Array): void => {
    places.writeUInt32LE(end, index * 12);
    places.writeUInt32LE(bytes.length, index * 12 + 4);
    parts.push(bytes);
    end += bytes.length;
  };
  put(1, utf16(user.name));
  put(3, utf16('made for a test'));
  put(14, Buffer.alloc(user.password === false ? 4 : 20, 7));
  return Buffer.concat([places, ...parts]);
}

function aliasBytes({ rid, name, members }: AliasSpec): Buffer {
  const head = Buffer.alloc(0x34);
  const sids = Buffer.concat(members.map((member) => sidBytes(21, ...machine, member)));
  const text = Buffer.from(utf16(name));
  head.writeUInt32LE(rid, 0);
  head.writeUInt32LE(0, 0x10);
  head.writeUInt32LE(text.length, 0x14);
  head.writeUInt32LE(text.length, 0x28);
  head.writeUInt32LE(sids.length, 0x2c);
  head.writeUInt32LE(members.length, 0x30);
  return Buffer.concat([head, text, sids]);
}

const hex = (rid: number): string => rid.toString(16).toUpperCase().padStart(8, '0');
const binary = (name: string, data: Uint8Array) => ({ name, type: valueType.binary, data });

/** The tree of a SAM hive, to be given to `hiveOf` or to another writer. */
export function samTree(users: readonly UserSpec[], aliases: readonly AliasSpec[]): KeySpec {
  const members = new Map<number, number[]>();
  for (const { rid, members: inside } of aliases)
    for (const member of inside) members.set(member, [...(members.get(member) ?? []), rid]);
  const listed = [...members].map(([rid, groups]): KeySpec => {
    const data = Buffer.alloc(groups.length * 4);
    for (const [index, group] of groups.entries()) data.writeUInt32LE(group, index * 4);
    return { name: hex(rid), values: [{ name: '', type: groups.length, data }] };
  });
  const named = users.filter(({ named = true }) => named);
  return {
    name: 'SAM-ROOT',
    keys: [
      {
        name: 'SAM',
        keys: [
          {
            name: 'Domains',
            keys: [
              {
                name: 'Account',
                values: [binary('V', Buffer.concat([Buffer.alloc(40), sidBytes(21, ...machine)]))],
                keys: [
                  {
                    name: 'Users',
                    keys: [
                      ...users.map(
                        (user): KeySpec => ({
                          name: hex(user.rid),
                          written: user.written ?? someTime,
                          values: [binary('F', numbersBytes(user)), binary('V', textsBytes(user))],
                        }),
                      ),
                      {
                        name: 'Names',
                        keys: named.map(({ name, rid, written = someTime }) => ({
                          name,
                          written,
                          values: [{ name: '', type: rid, data: new Uint8Array(0) }],
                        })),
                      },
                    ],
                  },
                ],
              },
              {
                name: 'Builtin',
                keys: [
                  {
                    name: 'Aliases',
                    keys: [
                      ...aliases.map((alias) => ({
                        name: hex(alias.rid),
                        values: [binary('C', aliasBytes(alias))],
                      })),
                      { name: 'Members', keys: [{ name: machineSid, keys: listed }] },
                      { name: 'Names' },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
