import { describe, expect, test } from 'bun:test';
import type { ScanResult } from '../../model/result.ts';
import { renderHtml } from '../html.ts';
import { cleanResult, hostileResult, miningResult } from '../result.fixture.ts';
import {
  hostileStory,
  lateResult,
  provenResult,
  provenResultChinese,
  provenStory,
  provenWay,
} from '../story.fixture.ts';
import { displayWidth } from '../width.ts';

const english = (result: ScanResult): string => renderHtml(result, { language: 'en' });
const chinese = (result: ScanResult): string => renderHtml(result, { language: 'zh-CN' });

function part(page: string, from: string, to: string): string {
  return page.split(from)[1]?.split(to)[0] ?? '';
}
/** The text without its markup. */
const textOf = (page: string): string =>
  page
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;])/g, '$1');
const entryOf = (page: string): string => part(page, '<section id="entry"', '</section>');
const drawingOf = (page: string): string => part(page, '<svg class="drawn"', '</svg>');
const answerOf = (page: string): string => textOf(part(page, '<section id="answer"', '</p>'));
const factOf = (page: string, id: string): string => part(page, `<div class="fact" id="${id}">`, '</div>');
const heights = (picture: string): readonly number[] =>
  [...picture.matchAll(/class="what" y="(\d+)"/g)].map(([, y]) => Number(y));

const [way] = provenResult.entry ?? [];
if (way === undefined) throw new Error('the fixture has no way in');
const withWay = (changes: Partial<typeof way>): ScanResult => ({
  ...provenResult,
  entry: [{ ...way, ...changes }],
});

describe('the first screen', () => {
  test('says in its one paragraph how it got in, and as sure as that is', () => {
    expect(answerOf(english(provenResult))).toContain(
      'The attacker got in through a flaw of a web application, as www-data, from 198.51.100.77 and 1 more address, at 2026-11-21 03:11 UTC; the logs prove that.',
    );
    expect(answerOf(english(withWay({ grade: 'probable' })))).toMatch(
      /The attacker most likely got in through .*; part of the proof is missing\./,
    );
    expect(answerOf(english(withWay({ grade: 'possible', attackers: [], account: '' })))).toContain(
      'The attacker may have got in through a flaw of a web application, at 2026-11-21 03:11 UTC; that is a lead and no proof.',
    );
    expect(answerOf(chinese(provenResultChinese))).toContain('日志证实，攻击者于');
    expect(answerOf(chinese(withWay({ grade: 'possible' })))).toContain('目前只是线索，不能作为定论');
  });

  test('says that a time is assumed where it is', () => {
    const chain = way.chain.map((one) => ({ ...one, certain: false }));
    expect(answerOf(english(withWay({ chain })))).toContain('at about 2026-11-21 03:11 UTC');
    expect(answerOf(chinese(withWay({ chain })))).toContain('大约在');
  });

  test('says that nothing is known where the logs begin too late, and since when it mines', () => {
    const text = answerOf(english(lateResult));
    expect(text).toContain('the logs begin on 2026-11-22 00:00, when the host was infected already.');
    expect(text).toContain(
      'The host was infected by 2026-11-20 23:00 UTC at the latest; nothing tells since when.',
    );
    expect(text).toContain('The host has been mining since 2026-11-20 23:00 UTC.');
  });

  test('says that it was not looked for where no log was read, and nothing of a clean host', () => {
    expect(answerOf(english(miningResult))).toContain('this scan read no logs');
    const clean = english({ ...cleanResult, ...provenStory });
    expect(entryOf(clean)).toBe('');
    expect(answerOf(clean)).not.toContain('got in');
    expect(clean).not.toContain('W1-e1');
  });

  test('an interval that is bounded by the oldest log is no interval', () => {
    const window = {
      from: '2026-10-01T00:00:00Z',
      to: '2026-11-21T03:12:44Z',
      boundedBy: { from: 'horizon', to: 'miner' },
    } as const;
    const page = english({ ...provenResult, entry: [], infectionWindow: window });
    expect(answerOf(page)).toContain('nothing tells since when');
    expect(textOf(factOf(page, 'window'))).toContain('by 2026-11-21 03:12 UTC at the latest');
    expect(drawingOf(page)).toContain('class="band open"');
  });
});

describe('how it got in', () => {
  const page = english(provenResult);

  test('tells of each way its grade, attackers, account, success, service and what is missing', () => {
    const [, first = '', second = ''] = entryOf(page).split('<article class="card"');
    const text = textOf(first);
    for (const piece of [
      'A flaw of a web application',
      'confirmed',
      '198.51.100.77',
      '2001:db8::77',
      'www-data',
      '2026-11-21 03:11:20 UTC',
      'thinkphp',
    ])
      expect(text).toContain(piece);
    expect(text).not.toContain('Looked for and not found');
    expect(textOf(second)).toContain('none of the attacker’s files appeared within minutes of it');
    expect(textOf(second)).toContain('possible');
    const own = textOf(entryOf(chinese(provenResultChinese)));
    for (const piece of ['Web 应用漏洞利用', '确认', '首次成功', '应有而未找到的证据', '账户'])
      expect(own).toContain(piece);
  });

  test('each line of the chain leads to its evidence, and that back to the way', () => {
    const card = part(page, '<article class="card" id="W1">', '</article>');
    for (const [index, { text, line, source }] of provenWay.chain.entries()) {
      const id = `W1-e${index + 1}`;
      expect(card).toContain(`href="#${id}"`);
      const row = part(page, `<tr id="${id}">`, '</tr>');
      expect(row).toContain('href="#W1"');
      expect(textOf(row).replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toContain(text);
      expect(row).toContain(source);
      if (line !== undefined) expect(row).toContain(`:${line}<`);
    }
    const order = [...card.matchAll(/<b>([a-z ]+)<\/b>/g)].map(([, step]) => step);
    expect(order).toEqual(['attempt', 'success', 'first file', 'persistence', 'miner started']);
  });

  test('each time leads to what shows it', () => {
    expect(factOf(page, 'window')).toMatch(/href="#W1-e2"[\s\S]*href="#W1-e3"/);
    expect(factOf(page, 'first-file')).toContain('href="#W1-e3"');
    expect(factOf(page, 'onset')).toContain('href="#onset-e1"');
    expect(part(page, '<tr id="onset-e2">', '</tr>')).toContain('busy 99.1 % over 600 s');
    expect(textOf(factOf(page, 'discovered'))).toContain('2026-11-23 09:15 UTC 2 d 6 h after the infection');
    expect(factOf(english(lateResult), 'discovered')).toBe('');
    const told = english({ ...lateResult, told: provenStory.told });
    expect(textOf(factOf(told, 'discovered'))).toContain('at least 2 d 10 h after the infection');
    const entry = { boundedBy: { to: 'entry' as const }, to: '2026-11-20T23:00:00Z' };
    expect(factOf(english({ ...lateResult, infectionWindow: entry }), 'window')).toContain(
      'href="#persistence"',
    );
  });

  test('a file that a finding and an entry accuse leads to both', () => {
    const [finding] = miningResult.findings;
    const [entry] = miningResult.persistence;
    if (finding === undefined || entry === undefined) throw new Error('the fixture has neither');
    const { source: path } = entry;
    const shown = english({
      ...lateResult,
      findings: [{ ...finding, path }],
      firstMaliciousFile: { path, time: '2026-11-20T22:00:00Z', grounded: true },
    });
    expect(factOf(shown, 'first-file')).toMatch(/href="#F1"[\s\S]*href="#P1"/);
    expect(factOf(english(lateResult), 'first-file')).toContain('touch(1)');
    expect(factOf(shown, 'first-file')).not.toContain('touch(1)');
  });

  test('what was looked at and is not the door is said once, also where no door was found', () => {
    for (const shown of [page, english(lateResult)]) {
      const text = textOf(entryOf(shown));
      expect(text.match(/addresses that guessed passwords and never succeeded: 4,211/g)?.length).toBe(1);
      expect(text).toContain(
        'phpunit-eval-stdin requests of this shape, answered 404 and without effect: 12',
      );
      expect(text).toContain('using all along: 38 198.51.100.23');
    }
  });

  test('names who else is at risk, in the paragraph and with the reasons', () => {
    expect(answerOf(page)).toContain(
      'Other machines may be affected too: 10.0.2.31, db-1, 12 hosts whose names are hashed in known_hosts and 3 more.',
    );
    expect(answerOf(chinese(provenResultChinese))).toMatch(
      /可能受影响的其他主机或网段： ?10\.0\.2\.31.*另有 3 处。/,
    );
    const table = textOf(part(page, 'id="neighbours"', 'id="reach"'));
    expect(table).toContain('10.0.2.31 10.0.2.0/24 dmz this host is connected to it, same subnet');
    expect(table).toContain('10.0.9.0/24 office this host can reach it');
    expect(table).toContain('db-1 10.0.9.4 10.0.9.0/24 office an account here has logged in to it');
    expect(table).toContain('12 hosts whose names are hashed in known_hosts an account here');
    expect(english(lateResult)).not.toContain('id="neighbours"');
  });

  test('says where the customer and the evidence do not go together, and a day as a day', () => {
    expect(textOf(entryOf(page))).toContain(
      'A miner that runs was started after the handling: something brings it back. Told: 2026-11-23 18:40 UTC; the evidence: 2026-11-23 18:44 UTC.',
    );
    expect(textOf(factOf(page, 'appeared'))).toMatch(/2026-11-22 20 h 48 min after the infection/);
  });

  test('rotated parts of a log are one log, and gaps are told with their time', () => {
    const after = part(entryOf(page), 'id="reach"', 'id="gaps"');
    expect(textOf(after)).toMatch(/access\.log × 3 2026-11-09 06:25 2026-11-23 19:30/);
    expect(textOf(after)).toMatch(/auth\.log × 2 ~2026-11-15 00:00/);
    const gaps = textOf(entryOf(page).split('id="gaps"')[1] ?? '');
    expect(gaps).toContain('auth.log.1:871 no lines for unusually long 2026-11-21 03:14 2026-11-21 09:02');
    expect(gaps).toContain('/var/log/lastlog emptied');
    expect(textOf(entryOf(english(lateResult)))).toContain('No log is silent for unusually long');
  });
});

describe('the drawn timeline', () => {
  const page = english(provenResult);
  const picture = drawingOf(page);

  test('shows window, onset, the three times, the chain, gaps and horizons, each leading somewhere', () => {
    const said = textOf(picture);
    for (const piece of [
      'log A begins',
      'attempt',
      '2026-11-21 03:11:20 · window opens',
      '2026-11-21 03:11:41 · window closes',
      'miner started',
      'log C: no lines for unusually long',
      '2026-11-21 03:14:00 – 09:02:31',
      'first sign (told)',
      'discovered (told)',
      'first handled (told)',
      'possible: SSH password guessing',
      'this scan',
    ])
      expect(said).toContain(piece);
    expect(picture).toContain('class="band"');
    expect(picture).toContain('class="mines"');
    expect(picture.match(/class="log"/g)?.length).toBe(3);
    expect(picture.match(/class="broken"/g)?.length).toBe(1);
    expect(picture.match(/<a href="#/g)?.length).toBe(14);
    expect(textOf(drawingOf(chinese(provenResultChinese)))).toContain('首个恶意文件');
  });

  test('is in order of time, with room for the words of each moment', () => {
    const ys = heights(picture);
    expect(ys.length).toBe(14);
    for (const [index, y] of ys.entries()) {
      if (index > 0) expect(y - (ys[index - 1] ?? 0)).toBeGreaterThanOrEqual(40);
    }
    const height = Number(/height="(\d+)" role/.exec(picture)?.[1]);
    expect(height).toBeGreaterThan((ys.at(-1) ?? 0) + 17);
  });

  test('long labels take more lines, each as wide as a phone, and push down what follows', () => {
    const lines = (text: string): readonly string[] =>
      [...text.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, line]) => line ?? '');
    const shown = drawingOf(english(withWay({ vector: 'redis-replication' })));
    for (const picture of [shown, drawingOf(english(provenResult)), drawingOf(chinese(provenResultChinese))])
      for (const line of lines(picture)) expect(displayWidth(line)).toBeLessThanOrEqual(27);
    const [other] = provenResult.entry?.slice(1) ?? [];
    if (other === undefined) throw new Error('the fixture has one way in');
    const long = drawingOf(
      english({ ...provenResult, entry: [way, { ...other, vector: 'redis-replication' }] }),
    );
    expect(lines(long)).toContain('possible: Redis:');
    expect(Math.max(...heights(long))).toBeGreaterThan(Math.max(...heights(picture)));
  });

  test('a gap that lasts over days is told in minutes', () => {
    const gap = { ...provenStory.gaps?.[0], to: '2026-11-22T09:02:31Z' };
    const shown = english({
      ...provenResult,
      gaps: [{ ...gap, source: '/var/log/auth.log', what: 'silent' }],
    });
    expect(textOf(drawingOf(shown))).toContain('2026-11-21 03:14 – 11-22 09:02');
  });

  test('has a name, a description and the same as a table', () => {
    expect(picture).toContain('aria-labelledby="drawing-title" aria-describedby="drawing-text"');
    expect(picture).toContain('<title id="drawing-title">What happened on web-03, in order</title>');
    const table = part(page, 'The same as a table (14 moments)', '</details>');
    expect(table.match(/<tr>/g)?.length).toBe(15);
    expect(textOf(table)).toContain('2026-11-21 03:14:00 – 09:02:31 log C');
  });

  test('with one moment, with events years apart and with a miner that no longer runs', () => {
    const { entry: _, excluded: __, told: ___, horizon: ____, gaps: _____, ...rest } = lateResult;
    const { finished: time } = rest;
    const one = { ...rest, firstMaliciousFile: undefined, infectionWindow: undefined };
    const alone = drawingOf(english({ ...one, onset: { time, by: 'miner', certain: true, witnesses: [] } }));
    expect(heights(alone).length).toBe(2);
    expect(alone).not.toContain('class="band');
    const apart = {
      ...provenResult,
      state: 'traces' as const,
      horizon: [{ source: '/var/log/wtmp', from: '1999-01-01T00:00:00Z', to: time, certain: true }],
    };
    const years = drawingOf(english(apart));
    expect(Math.max(...heights(years))).toBeLessThan(1000);
    expect(years).toContain('class="mines ended"');
  });

  test('with hundreds of moments stays a picture, keeps what counts, and says how much is left out', () => {
    const chain = Array.from({ length: 60 }, (_, index) => ({
      step: index === 59 ? ('success' as const) : ('attempt' as const),
      time: `2026-11-21T02:${String(index).padStart(2, '0')}:00Z`,
      certain: true,
      source: '/var/log/auth.log',
      line: index + 1,
      text: 'Failed password',
    }));
    const gaps = Array.from({ length: 90 }, (_, index) => ({
      source: '/var/log/auth.log',
      what: 'silent' as const,
      from: `2026-11-${String(1 + (index % 20)).padStart(2, '0')}T00:00:00Z`,
      to: `2026-11-${String(1 + (index % 20)).padStart(2, '0')}T05:00:00Z`,
    }));
    const shown = english({ ...withWay({ chain }), gaps });
    const many = drawingOf(shown);
    expect(heights(many).length).toBe(20);
    expect(textOf(many)).toMatch(/\d{3} more in the table/);
    for (const piece of ['success', 'discovered (told)', 'this scan', 'attempt'])
      expect(textOf(many)).toContain(piece);
    expect(shown).toContain('id="W1-e60"');
  });

  test('from a hostile host has no markup of its making, no height below zero and a bounded size', () => {
    const hostile = english({
      ...hostileResult,
      ...hostileStory('</svg><script>alert(1)</script>\n\x1b[2J'),
    });
    expect(drawingOf(hostile)).toContain('&lt;/svg&gt;&lt;script&gt;');
    expect(hostile).not.toContain('<script');
    expect(hostile).not.toMatch(/height="-|NaN|Infinity|undefined/);
    expect(hostile.length).toBeLessThan(6e6);
    expect(hostile).not.toContain('id="W11"');
    expect(hostile).not.toContain('href="#W11"');
  });
});

describe('whose doing it is', () => {
  const page = english(provenResult);
  const section = part(page, '<section id="families"', '</section>');

  test('names a family with what tells it, where it was met and who says so; leads are folded', () => {
    const [named = '', leads = ''] = section.split('<details>');
    const text = textOf(named);
    for (const piece of [
      'Kinsing (H2Miner)',
      'attributed',
      '88 % certain',
      'a public rule set',
      'of it alone',
    ])
      expect(text).toContain(piece);
    expect(text).toContain('process kswapd0 others use it too');
    expect(text).toContain('There as well, by their traces: WatchDog, unknown-to-this-page');
    expect(textOf(leads)).toContain('WatchDog');
    expect(text).not.toContain('20 % certain');
    expect(textOf(chinese(provenResultChinese))).toContain('该家族独有');
  });

  test('each line that tells it stands among the evidence and leads back', () => {
    expect(section).toContain('href="#A1-1-e1"');
    const row = part(page, '<tr id="A1-1-e1">', '</tr>');
    expect(row).toContain('href="#A1"');
    expect(textOf(row)).toContain('/tmp/.X11-unix/.rsync/c/kswapd0 (deleted)');
    expect(textOf(part(page, '<tr id="A1-2-e1">', '</tr>'))).toContain('@0x1000');
  });

  test('nothing of a clean host, nor where none was met', () => {
    expect(english({ ...cleanResult, ...provenStory })).not.toContain('id="families"');
    expect(english(lateResult)).not.toContain('id="families"');
  });
});

test('other hosts of the logs are listed with how each was got into', () => {
  const hosts = textOf(part(english(provenResult), '<section id="hosts"', '</section>'));
  expect(hosts).toContain(
    'db-1 probable SSH password guessing H1-e1 203.0.113.40 backup 2026-11-22 22:40 2026-11-01 00:00 – 2026-11-23 19:00 90412 3 logs',
  );
  const row = part(english(provenResult), '<tr id="H1-e1">', '</tr>');
  expect(row).toContain('href="#H1"');
  expect(textOf(row)).toContain('Accepted password for backup from 203.0.113.40');
  expect(hosts).toContain('mail none found');
  expect(textOf(english({ ...provenResult, hostsLeft: 7 }))).toContain('7 more hosts were not looked at');
  expect(english(lateResult)).not.toContain('id="hosts"');
});
