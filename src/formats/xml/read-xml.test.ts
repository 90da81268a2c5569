import { describe, expect, test } from 'bun:test';
import { elementAt, readXml, textAt } from './read-xml.ts';

describe('a document that is in order', () => {
  test('gives elements, attributes, texts and what is escaped in them', () => {
    const { root, flaw } = readXml(
      '\ufeff<?xml version="1.0" encoding="UTF-16"?>\r\n<!-- a -- b -->\n<t:Task xmlns:t="x" v=\'a &quot;b&quot;\'>' +
        '<Exec><Command>cmd &amp; &#x77;&#97;it &lt;1&gt;</Command><Arguments/></Exec><![CDATA[ <raw> & ]]></t:Task>\n',
    );
    expect(flaw).toBeUndefined();
    expect(root?.name).toBe('Task');
    expect(root?.attributes.get('v')).toBe('a "b"');
    expect(textAt(root, 'Exec', 'Command')).toBe('cmd & wait <1>');
    expect(textAt(root, 'Exec', 'Arguments')).toBeUndefined();
    expect(elementAt(root, 'Exec', 'Arguments')?.elements).toEqual([]);
    expect(elementAt(root, 'None', 'Command')).toBeUndefined();
    expect(root?.text).toBe(' <raw> & ');
  });

  test('keeps letters of the whole world, also halves of pairs', () => {
    expect(textAt(readXml('<a><名前>挖矿\ud800&#x1F30E;</名前></a>').root, '名前')).toBe('挖矿\ud800🌎');
  });
});

describe('a document that an attacker wrote', () => {
  test('makes no entity: a document type is refused, and so is what is not known', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>';
    expect(readXml(bomb)).toEqual({ root: undefined, flaw: 'doctype' });
    expect(readXml('<a><b>ok</b><c>&file;</c></a>')).toMatchObject({ flaw: 'entity' });
    expect(textAt(readXml('<a><b>ok</b><c>&file;</c></a>').root, 'b')).toBe('ok');
    for (const reference of ['&#x110000;', '&#;', '&amp', '&#xzz;', '& ', '&#99999999999;'])
      expect([reference, readXml(`<a>${reference}</a>`).flaw]).toEqual([reference, 'entity']);
  });

  test('gives what stands before its first flaw', () => {
    const cases = {
      '<a><b>x</b><c></b></a>': 'tags',
      '<a><b>x</b>': 'end',
      '<a><b>x</b></a><a/>': 'tags',
      '<a><b>x</b></a> text': 'markup',
      '<a><b>x</b><1/></a>': 'markup',
      '<a><b>x</b><c d=1/></a>': 'markup',
      '<a><b>x</b><c d="1" d="2"/></a>': 'markup',
      '<a><b>x</b><!-- ': 'end',
      '<a><b>x</b><c ': 'markup',
    } as const;
    for (const [text, flaw] of Object.entries(cases)) {
      const document = readXml(text);
      expect([text, document.flaw, textAt(document.root, 'b')]).toEqual([text, flaw, 'x']);
    }
    for (const text of ['', '   ', 'text', '</a>', '<'])
      expect([text, readXml(text).root, readXml(text).flaw !== undefined]).toEqual([text, undefined, true]);
  });

  test('is bounded in depth, elements and attributes, and long ones cost their length', () => {
    expect(readXml('<a>'.repeat(100_000)).flaw).toBe('depth');
    expect(readXml(`<a>${'<b/>'.repeat(50_000)}</a>`).flaw).toBe('size');
    const attributes = Array.from({ length: 100 }, (_, index) => `a${index}="x"`).join(' ');
    expect(readXml(`<a ${attributes}/>`).flaw).toBe('markup');
    expect(readXml(`<a ${' '.repeat(1_000_000)}`).flaw).toBeDefined();
    expect(readXml(`<a>${'&'.repeat(1_000_000)}</a>`).flaw).toBe('entity');
    expect(readXml(`<a>${'x'.repeat(5_000_000)}</a>`).flaw).toBe('end');
  });
});
