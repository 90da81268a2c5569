import { describe, expect, test } from 'bun:test';
import { printableText } from '../model/text.ts';
import { escapeHtml, escapeTerminal, html, trusted } from './escape.ts';

describe('text for a terminal', () => {
  test('text in printable form passes unchanged, so nothing is escaped twice', () => {
    for (const text of ['plain', '挖矿 – é', 'a\x1b[31m\n\u202e%', '/tmp/\x00\xff']) {
      const printable = printableText(text);
      expect(escapeTerminal(printable)).toBe(printable);
    }
  });

  test('no control character gets through, whatever comes in', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    expect(/[\x00-\x1f\x7f-\x9f]/.test(escapeTerminal(all))).toBe(false);
    expect(escapeTerminal('\x1b]0;owned\x07')).toBe('%1B]0;owned%07');
  });

  test('what reorders or hides is shown as bytes', () => {
    expect(escapeTerminal('x\u202egpj.exe')).toBe('x%E2%80%AEgpj.exe');
    expect(escapeTerminal('a\u200db\ufe0fc\u3164')).toBe('a%E2%80%8Db%EF%B8%8Fc%E3%85%A4');
    expect(escapeTerminal('\ud800')).toBe('%EF%BF%BD');
  });

  test('marks cannot pile up, nor climb onto what stands before the text', () => {
    expect(escapeTerminal('e\u0301\u0301\u0301\u0301')).toBe('e\u0301\u0301\u0301%CC%81');
    expect(escapeTerminal('\u0301x')).toBe('%CC%81x');
  });
});

describe('text for a page', () => {
  test('markup and quotes lose their meaning', () => {
    expect(escapeHtml(`</script><a b="c" d='e'>&`)).toBe(
      '&lt;/script&gt;&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;',
    );
  });

  test('the template escapes values, joins lists, keeps markup and drops nothing else', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"'}">${[inner, 7, undefined, ' & ']}</p>`.toString()).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b>7 &amp; </p>',
    );
    expect(html`${trusted('<hr>')}`.toString()).toBe('<hr>');
  });
});
