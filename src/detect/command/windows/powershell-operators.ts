/**
 * Operators of PowerShell over values as far as they are known.
 *
 * Source: Microsoft, about_Operators, about_Operator_Precedence, about_Split, about_Join.
 */
import { clean, unknown } from '../value.ts';
import { formatText, replaced } from './powershell-methods.ts';
import {
  cast,
  itemsOf,
  joined,
  listValue,
  mostItems,
  nothing,
  numberOf,
  numberValue,
  type PsValue,
  textOf,
  textValue,
  unknownValue,
} from './powershell-value.ts';
import type { WindowsReader } from './reader.ts';

/** Binary operators by how tightly they bind, the loosest first. */
export const levels: readonly RegExp[] = [
  /-(?:and|or|xor)(?![\w-])/i,
  /-(?:band|bor|bxor|shl|shr)(?![\w-])/i,
  /-(?:[ci]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin|replace|split)|join|is|isnot|as)(?![\w-])/i,
  /[+-](?![=\w-])|[+-](?=[\d$('"[])/,
  /[*/%](?!=)/,
  /-f(?![\w-])/i,
  /\.\.(?!\\)/,
];

function arithmetic(sign: string, a: number, b: number): number {
  switch (sign) {
    case '-':
      return a - b;
    case '/':
      return b === 0 ? 0 : a / b;
    case '%':
      return b === 0 ? 0 : a % b;
    case '-band':
      return a & b;
    case '-bor':
      return a | b;
    case '-bxor':
      return a ^ b;
    case '-shl':
      return a << (b & 31);
    default:
      return a >> (b & 31);
  }
}

/** `$x[3,11,2]`: letters of a text, items of a list; negative ones count from the end. */
export function indexed(value: PsValue, indexes: readonly PsValue[]): PsValue {
  const items: readonly PsValue[] =
    value.kind === 'text' || value.kind === 'bytes' ? [...clean(value.text)].map(textValue) : itemsOf(value);
  const marks = value.kind === 'text' ? (value.text.match(/[\ue000-\uf8ff]/g) ?? []).join('') : '';
  const found = indexes.map((index) => {
    const number = numberOf(index);
    if (number === undefined) return value.kind === 'object' ? value : unknownValue;
    return (
      items[number < 0 ? items.length + number : number] ?? textValue(value.kind === 'object' ? unknown : '')
    );
  });
  const all = marks === '' ? found : [textValue(marks), ...found];
  return all.length === 1 && all[0] !== undefined ? all[0] : listValue(all);
}

export function binary(sign: string, left: PsValue, right: PsValue, to: WindowsReader): PsValue {
  const session = to.session;
  switch (sign.replace(/^-[ci](?=replace|split)/, '-')) {
    case '+':
      return plus(left, right, to);
    case '-':
    case '/':
    case '%':
    case '-band':
    case '-bor':
    case '-bxor':
    case '-shl':
    case '-shr': {
      const [a, b] = [numberOf(left), numberOf(right)];
      return a === undefined || b === undefined ? unknownValue : numberValue(arithmetic(sign, a, b));
    }
    case '*': {
      const times = numberOf(right);
      if (left.kind === 'number')
        return times === undefined ? unknownValue : numberValue(left.number * times);
      const text = textOf(left);
      const count = Math.min(times ?? 1, Math.floor(100_000 / Math.max(1, text.length)));
      return textValue(session.made(text.repeat(Math.max(0, count))));
    }
    case '..': {
      const [from, until] = [numberOf(left), numberOf(right)];
      if (from === undefined || until === undefined || Math.abs(until - from) > 65_536) return unknownValue;
      const step = until < from ? -1 : 1;
      session.made(' '.repeat(Math.abs(until - from)));
      return listValue(
        Array.from({ length: Math.abs(until - from) + 1 }, (_, index) => numberValue(from + step * index)),
      );
    }
    case '-f':
      return formatText(textOf(left), right);
    case '-join':
      return joinedText(itemsOf(left), textOf(right), to);
    case '-split': {
      const by = clean(textOf(right)).replace(/\\(.)/g, '$1');
      if (by === '') return listValue([...textOf(left)].map(textValue));
      const set = /^\[([^\]]{1,60})\]$/.exec(by);
      const parts =
        set === null && !by.includes('|')
          ? textOf(left).split(by)
          : textOf(left).split(new RegExp(`[${(set?.[1] ?? by).replace(/[\\^\]|-]/g, '\\$&')}]`));
      session.made(textOf(left));
      return listValue(parts.slice(0, mostItems).map(textValue));
    }
    case '-replace': {
      const [pattern, by] = itemsOf(right);
      const of = (item: PsValue): PsValue =>
        textValue(
          replaced(textOf(item), clean(textOf(pattern ?? nothing)), by === undefined ? '' : textOf(by), to),
        );
      return left.kind === 'list' ? listValue(left.items.map(of)) : of(left);
    }
    case '-as':
      return right.kind === 'type'
        ? cast(right.name.toLowerCase(), left)
        : cast(textOf(right).toLowerCase(), left);
    default:
      return unknownValue;
  }
}

export function joinedText(items: readonly PsValue[], between: string, to: WindowsReader): PsValue {
  const value = joined(items, between);
  to.session.made(textOf(value));
  return value;
}

export function plus(left: PsValue, right: PsValue, to: WindowsReader): PsValue {
  if (left.kind === 'number') {
    const number = numberOf(right);
    return number === undefined ? textValue(textOf(left) + textOf(right)) : numberValue(left.number + number);
  }
  if (left.kind === 'list') return listValue([...left.items, ...itemsOf(right)]);
  return textValue(to.session.made(textOf(left, '') + textOf(right)));
}
