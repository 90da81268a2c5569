/** The SAM hives of the corpus, and a clone of the administrator, made here of a copy of one: what was real is real. */
import { expect, test } from 'bun:test';
import { momentText } from '../../src/formats/filetime.ts';
import { openHive } from '../../src/formats/registry/hive.ts';
import { readSam, type Sam } from '../../src/formats/sam/read-sam.ts';
import { access, hiveBytes, openCorpus } from './hive-files.ts';

function samOf(name: string): Sam {
  const sam = readSam(openCorpus(name));
  if (sam === undefined) throw new Error(`${name} is no SAM`);
  return sam;
}

test('both have three accounts, each under one number and one name everywhere', () => {
  for (const name of ['SAM', 'SAM-win7-plaso']) {
    const { users, names, groups, memberships, machineSid } = samOf(name);
    expect([name, users.length, names.length]).toEqual([name, 3, 3]);
    for (const { keyRid, numbers, texts } of users) {
      expect(numbers?.rid).toBe(keyRid ?? -1);
      expect(names.find((one) => one.name === texts?.name)?.rid).toBe(keyRid ?? -1);
    }
    // The two lists of members are kept apart by the system, and agree.
    const listed = groups.flatMap(({ rid, members }) => members.map((member) => `${member} ${rid}`));
    const reversed = [...memberships].flatMap(([sid, rids]) => rids.map((rid) => `${sid} ${rid}`));
    expect(listed.toSorted()).toEqual(reversed.toSorted());
    expect(groups.every(({ damaged }) => !damaged)).toBe(true);
    expect(memberships.get(`${machineSid}-500`)).toEqual([544]);
  }
});

test('times and counts are those that the accounts had', () => {
  const { users } = samOf('SAM');
  const owner = users.find(({ keyRid }) => keyRid === 1000);
  expect(momentText(owner?.numbers?.lastLogon ?? 0n)).toBe('2014-09-30T02:59:34.3166928Z');
  expect(owner?.numbers?.logons).toBe(4);
  expect(users.find(({ keyRid }) => keyRid === 501)?.texts?.hasPassword).toBe(false);
});

test('a clone of the administrator, patched into a copy of a real SAM, is seen', () => {
  const hive = openCorpus('SAM');
  const value = hive.key('SAM\\Domains\\Account\\Users\\000003E8')?.value('F');
  if (value?.dataCell === undefined) throw new Error('the account has no F');
  const patched = Buffer.from(hiveBytes('SAM'));
  patched.writeUInt32LE(500, 4096 + value.dataCell + 4 + 48);
  const answer = openHive(access(patched));
  const sam = answer.status === 'ok' ? readSam(answer.hive) : undefined;
  expect(sam?.users.map(({ keyRid, numbers }) => [keyRid, numbers?.rid])).toEqual([
    [500, 500],
    [501, 501],
    [1000, 500],
  ]);
});
