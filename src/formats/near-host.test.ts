import { expect, test } from 'bun:test';
import { hostOf, isAddress, isNearHost, listensOutside } from './near-host.ts';

test('hosts of addresses in every form', () => {
  expect(
    ['http://u:p@192.0.2.1:5000/v2', 'tcp://[2001:db8::1]:2375', 'Mirror.example.com:80', '10.0.0.5'].map(
      hostOf,
    ),
  ).toEqual(['192.0.2.1', '2001:db8::1', 'mirror.example.com', '10.0.0.5']);
});

test('private addresses and names without a domain are near, public ones are not', () => {
  const near = [
    '10.1.2.3:5000',
    'registry:5000',
    'http://registry.lan',
    '[fd00::1]:5000',
    '100.64.0.1',
    'localhost',
  ];
  const far = [
    '192.0.2.1:5000',
    'https://mirror.example.com',
    '172.32.0.1',
    '[2001:db8::1]:1',
    '100.128.0.1',
  ];
  expect([near.every(isNearHost), far.some(isNearHost)]).toEqual([true, false]);
  expect(['192.0.2.1', 'x.example.com', '2001:db8::1'].map(isAddress)).toEqual([true, false, true]);
});

test('a daemon listens outside unless it listens to itself', () => {
  const told = [
    'tcp://0.0.0.0:2375',
    'tcp://:2375',
    'tcp://[::]:2375',
    'tcp://127.0.0.1:2375',
    'tcp://localhost:1',
  ];
  expect(told.map(listensOutside)).toEqual([true, true, true, false, false]);
});
