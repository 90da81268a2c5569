import { describe, expect, test } from 'bun:test';
import { type PrintForm, printBlock, printForms } from './print-block.ts';

const time = new Date('2026-11-26T05:30:00Z');
const block = { addresses: ['192.0.2.10', '2001:db8::10'], names: ['xmr.pool.example'] };
const written = (form: PrintForm): readonly string[] => printBlock(form, block, time).split('\n');

describe('the block', () => {
  test.each([...printForms])('as %s names every address and every name, in ASCII', (form) => {
    const text = printBlock(form, block, time);
    expect(text).toMatch(/^[\n\t\x20-\x7e]*$/);
    expect(text).toContain(form === 'rpz' ? '32.10.2.0.192.rpz-ip' : '192.0.2.10');
    expect(text).toContain(form === 'rpz' ? '128.10.zz.db8.2001.rpz-ip' : '2001:db8::10');
    if (form !== 'nft' && form !== 'iptables') expect(text).toContain('xmr.pool.example');
  });

  test.each([...printForms])('as %s refuses what somebody else could have written', (form) => {
    for (const odd of ['192.0.2.10; reload', '192.0.2.10\nany', '2001:DB8::10', '127.0.0.1', ''])
      expect(() => printBlock(form, { addresses: [odd], names: [] }, time)).toThrow(RangeError);
    for (const odd of [
      'a.example" ; drop',
      'a.example\n@ A 192.0.2.1',
      'A.example',
      '*.example',
      "a'.example",
    ])
      expect(() => printBlock(form, { addresses: [], names: [odd] }, time)).toThrow(RangeError);
  });

  test.each([...printForms])('of nothing as %s blocks nothing', (form) => {
    const text = printBlock(form, { addresses: [], names: [] }, time);
    expect(text).not.toMatch(/^\s*(?:deny|rule|New-|netsh|drop|0\.0\.0\.0|ip access-list|acl)/m);
  });
});

describe('access lists', () => {
  test('of Cisco let everything else pass: the list itself would deny it', () => {
    expect(written('cisco').slice(1, 9)).toEqual([
      'ip access-list extended DEMINE-BLOCK',
      ' deny ip any host 192.0.2.10',
      ' deny ip host 192.0.2.10 any',
      ' permit ip any any',
      '!',
      'ipv6 access-list DEMINE-BLOCK6',
      ' deny ipv6 any host 2001:db8::10',
      ' deny ipv6 host 2001:db8::10 any',
    ]);
  });

  test('of Huawei and H3C go by names of their own', () => {
    expect(written('huawei').slice(1, 9)).toEqual([
      'acl name demine-block advance',
      ' rule deny ip destination 192.0.2.10 0',
      ' rule deny ip source 192.0.2.10 0',
      'quit',
      'acl ipv6 name demine-block6 advance',
      ' rule deny ipv6 destination 2001:db8::10/128',
      ' rule deny ipv6 source 2001:db8::10/128',
      'quit',
    ]);
    expect(written('h3c').slice(1, 9)).toEqual([
      'acl advanced name demine-block',
      ' rule deny ip destination 192.0.2.10 0',
      ' rule deny ip source 192.0.2.10 0',
      'quit',
      'acl ipv6 advanced name demine-block6',
      ' rule deny ipv6 destination 2001:db8::10 128',
      ' rule deny ipv6 source 2001:db8::10 128',
      'quit',
    ]);
  });
});

describe('Windows', () => {
  test('gets a rule for each direction', () => {
    expect(written('windows').slice(1, 3)).toEqual([
      "New-NetFirewallRule -DisplayName 'Demine containment' -Group 'Demine containment' -Direction Inbound -Action Block -Profile Any -RemoteAddress '192.0.2.10','2001:db8::10'",
      "New-NetFirewallRule -DisplayName 'Demine containment' -Group 'Demine containment' -Direction Outbound -Action Block -Profile Any -RemoteAddress '192.0.2.10','2001:db8::10'",
    ]);
    expect(written('netsh')[1]).toBe(
      'netsh advfirewall firewall add rule name="Demine containment" dir=in action=block profile=any remoteip=192.0.2.10,2001:db8::10',
    );
  });

  test('gets lines that its command prompt can hold', () => {
    const addresses = Array.from(
      { length: 500 },
      (_, at) => `2001:db8:${(at + 4096).toString(16)}:ffff:ffff:ffff:ffff:ffff`,
    );
    const text = printBlock('netsh', { addresses, names: [] }, time);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(8191);
    for (const address of addresses) expect(text.split(address).length).toBe(3);
  });
});

test('names lead nowhere, those below them too where the form can say it', () => {
  expect(written('hosts')).toContain('0.0.0.0 xmr.pool.example');
  expect(written('hosts')).toContain(':: xmr.pool.example');
  expect(written('rpz')).toContain('*.xmr.pool.example CNAME .');
});

test('an IPv6 address without a run of zeros is written whole in a zone', () => {
  const text = printBlock('rpz', { addresses: ['2001:db8:1:2:3:4:5:6', '2001:db8::'], names: [] }, time);
  expect(text).toContain('\n128.6.5.4.3.2.1.db8.2001.rpz-ip CNAME .\n');
  expect(text).toContain('\n128.zz.db8.2001.rpz-ip CNAME .\n');
});
