import { describe, expect, test } from 'bun:test';
import { hostileResult, miningResultChinese } from './result.fixture.ts';
import { terminalSvg } from './svg.ts';
import { renderScan } from './terminal.ts';

describe('a picture of the terminal', () => {
  test('a Chinese character stands on two cells, and what follows is moved by them', () => {
    const svg = terminalSvg('挖x', 'test');
    expect(svg).toContain(
      '<text x="16" y="30" textLength="16.8" lengthAdjust="spacingAndGlyphs" fill="#e6edf3">挖</text>',
    );
    expect(svg).toContain('<text x="32.8"');
  });

  test('spaces move what follows them and are not drawn', () => {
    const svg = terminalSvg('  a b  c', 'test');
    expect(svg).toContain(
      '<text x="32.8" y="30" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#e6edf3">a b</text>',
    );
    expect(svg).toContain('<text x="74.8"');
  });

  test('styles become colours, and no escape character is left', () => {
    const svg = terminalSvg(
      renderScan(miningResultChinese, { width: 80, color: true, language: 'zh-CN' }),
      '演示',
    );
    expect(svg).toContain('fill="#b62324"');
    expect(svg).not.toContain('\x1b');
    expect(svg).toContain('<title>演示</title>');
  });

  test('text of a hostile host stays text', async () => {
    const svg = terminalSvg(
      renderScan(hostileResult, { width: 80, color: true, language: 'en' }),
      '</title><b>',
    );
    const tags = new Set<string>();
    const rewriter = new HTMLRewriter().on('*', { element: (element) => void tags.add(element.tagName) });
    await rewriter.transform(new Response(svg)).text();
    expect([...tags].toSorted()).toEqual(['rect', 'svg', 'text', 'title']);
  });
});
