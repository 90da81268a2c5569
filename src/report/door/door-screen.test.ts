import { describe, expect, test } from 'bun:test';
import { type Door, type DoorMeasure, doorKinds, measureIds } from '../../model/door.ts';
import { displayWidth } from '../width.ts';
import { doorTexts, renderDoors } from './door-screen.ts';

const languages = ['en', 'zh-CN'] as const;
const show = (doors: readonly Door[], language: (typeof languages)[number] = 'en', asked = false): string =>
  renderDoors(doors, asked, { width: 80, color: false, language });

const measure = (rest: Partial<DoorMeasure> = {}): DoorMeasure => ({
  id: 'ssh-no-passwords',
  subject: '',
  file: '/etc/ssh/sshd_config.d/00-demine.conf',
  settings: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
  commands: ['sshd -t', 'systemctl reload ssh'],
  state: 'open',
  evidence: [
    { source: '/etc/ssh/sshd_config.d/50-cloud-init.conf', line: 1, text: 'PasswordAuthentication yes' },
  ],
  ...rest,
});
const door = (rest: Partial<Door> = {}): Door => ({
  kind: 'ssh-password',
  service: 'sshd',
  from: 'way-in',
  grade: 'confirmed',
  state: 'open',
  measures: [measure({ id: 'ssh-root-by-key', state: 'closed', evidence: [], settings: [] }), measure()],
  asked: [],
  ...rest,
});

describe('doors on a screen', () => {
  test('what is open has its proof and the exact settings; what is closed is one line', () => {
    const text = show([door()]);
    expect(text).toContain(
      '    seen: PasswordAuthentication yes\n          /etc/ssh/sshd_config.d/50-cloud-init.conf:1\n',
    );
    expect(text).toContain(
      '    in: /etc/ssh/sshd_config.d/00-demine.conf\n      PasswordAuthentication no\n',
    );
    expect(text).toContain('    then: sshd -t\n          systemctl reload ssh\n');
    expect(text.indexOf('no logins with a password')).toBeLessThan(text.indexOf('root only with a key'));
    expect(text).not.toContain('Every guesser tries root first');
  });

  test('what is open comes first, and many are counted', () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      door({
        kind: 'listener',
        service: `service-${index}`,
        state: index === 15 ? 'open' : 'closed',
        measures: [],
      }),
    );
    const text = show(many);
    expect(text.indexOf('service-15')).toBeLessThan(text.indexOf('service-0 '));
    expect(text).toContain('and 8 more');
  });

  test('what was asked is told, and what was not', () => {
    const asked = [
      { address: '2001:db8::7', port: 6379, request: 'PING', answer: 'let-in', text: '+PONG' },
    ] as const;
    expect(show([door({ asked: [...asked] })], 'en', true)).toContain(
      'PING at [2001:db8::7]:6379: let in without a password',
    );
    expect(show([door()], 'en', true)).not.toContain('--active');
    expect(show([door()])).toContain('--active');
  });

  test('no door at all says what is left to ask', () => {
    for (const language of languages)
      expect(show([], language)).toContain(doorTexts(language).none.slice(0, 12));
  });

  test('every line fits in both languages, with every kind and measure', () => {
    const all = doorKinds.map((kind, index) =>
      door({
        kind,
        state: 'open',
        measures: measureIds.slice(index * 2, index * 2 + 2).map((id) => measure({ id })),
      }),
    );
    for (const language of languages) {
      for (const line of [...all, door({ service: '长'.repeat(200) })].flatMap((one) =>
        show([one], language).split('\n'),
      )) {
        expect(displayWidth(line)).toBeLessThanOrEqual(80);
      }
    }
  });

  test('what came from the target moves nothing', () => {
    const hostile = '\x1b[2J\x07\u202e<script>';
    const text = show([
      door({
        service: hostile,
        kind: 'listener',
        measures: [measure({ evidence: [{ source: hostile, text: hostile }] })],
      }),
    ]);
    expect(text).not.toMatch(/[\x07\x1b\u202e]/);
  });
});
