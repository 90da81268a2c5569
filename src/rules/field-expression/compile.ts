/**
 * An expression as a test of a record.
 *
 * Text is compared without regard to case, as the rules of the field do. A number is compared as a number, also where
 * the record has it as text or in hexadecimal; a time as a time. Of a list, one value is enough. A field that is not
 * there fits nothing; `!=` and `not` are true of it. `any` is every field.
 */
import { type Expression, ExpressionError, type GivenValue, type Operator } from './expression.ts';

export type FieldValue = null | string | number | bigint | boolean | readonly FieldValue[];

export interface Fields {
  /** Undefined where there is no such field. */
  get(field: string): FieldValue | undefined;
  /** Values of all fields. */
  all(): Iterable<FieldValue>;
}

export type Test = (fields: Fields) => boolean;
type ValueTest = (value: FieldValue) => boolean;

const whole = /^[+-]?\d+$/;
const real = /^[+-]?\d+\.\d+(e[+-]?\d+)?$/i;
const hexadecimal = /^0x[0-9a-f]{1,16}$/i;
const time =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A number of any length; undefined where the text is none. */
function numberOf(text: string): number | bigint | undefined {
  if (whole.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text.replace('+', ''));
  }
  if (hexadecimal.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }
  return real.test(text) ? Number(text) : undefined;
}

/** In units of 100 ns since 1970, UTC where no zone is given; undefined where the text is no time. */
export function timeOf(text: string): bigint | undefined {
  const found = time.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = found;
  const date = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const back = new Date(date);
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day)) return undefined;
  if (back.getUTCHours() !== Number(hour) || back.getUTCMinutes() !== Number(minute)) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  const minutes =
    offset === null ? 0 : Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3]));
  return BigInt(date - minutes * 60_000) * 10_000n + BigInt(fraction.slice(0, 7).padEnd(7, '0'));
}

const textOf = (value: FieldValue): string => (value === null ? '' : String(value).toLowerCase());

const numeric = (value: FieldValue): number | bigint | undefined =>
  typeof value === 'number' || typeof value === 'bigint'
    ? value
    : typeof value === 'string'
      ? numberOf(value)
      : undefined;

type Order = (a: number | bigint, b: number | bigint) => boolean;
const orders: Readonly<Record<'<' | '<=' | '>' | '>=', Order>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function equals({ text, quoted }: GivenValue): ValueTest {
  const wanted = text.toLowerCase();
  const number = quoted ? undefined : numberOf(text);
  const moment = timeOf(text);
  return (value) => {
    if (textOf(value) === wanted) return true;
    // Numbers of different kinds can be equal: 10 and 10n, 0x10 and 16.
    if (number !== undefined) {
      const own = numeric(value);
      return own !== undefined && own >= number && own <= number;
    }
    return moment !== undefined && typeof value === 'string' && timeOf(value) === moment;
  };
}

function ordered(order: Order, { text, at }: GivenValue): ValueTest {
  const number = numberOf(text);
  if (number !== undefined)
    return (value) => {
      const own = numeric(value);
      return own !== undefined && order(own, number);
    };
  const moment = timeOf(text);
  if (moment === undefined) throw new ExpressionError('ordered', at);
  return (value) => {
    const own = typeof value === 'string' ? timeOf(value) : undefined;
    return own !== undefined && order(own, moment);
  };
}

function testOf(operator: Exclude<Operator, '!='>, value: GivenValue): ValueTest {
  const wanted = value.text.toLowerCase();
  switch (operator) {
    case '=':
      return equals(value);
    case 'contains':
      return (own) => textOf(own).includes(wanted);
    case 'startswith':
      return (own) => textOf(own).startsWith(wanted);
    case 'endswith':
      return (own) => textOf(own).endsWith(wanted);
    default:
      return ordered(orders[operator], value);
  }
}

const isList = (value: FieldValue): value is readonly FieldValue[] => Array.isArray(value);
const fits = (value: FieldValue, test: ValueTest): boolean =>
  isList(value) ? value.some((one) => fits(one, test)) : test(value);

function ofField(field: string, test: ValueTest): Test {
  if (field.toLowerCase() === 'any')
    return (fields) => {
      for (const value of fields.all()) if (fits(value, test)) return true;
      return false;
    };
  return (fields) => {
    const value = fields.get(field);
    return value !== undefined && fits(value, test);
  };
}

/** @throws ExpressionError where a value cannot be compared as it is asked */
export function compileExpression(expression: Expression): Test {
  switch (expression.kind) {
    case 'or': {
      const parts = expression.parts.map(compileExpression);
      return (fields) => parts.some((part) => part(fields));
    }
    case 'and': {
      const parts = expression.parts.map(compileExpression);
      return (fields) => parts.every((part) => part(fields));
    }
    case 'not': {
      const part = compileExpression(expression.part);
      return (fields) => !part(fields);
    }
    case 'in': {
      const tests = expression.values.map(equals);
      return ofField(expression.field, (value) => tests.some((test) => test(value)));
    }
    case 'compare': {
      const { field, operator, value } = expression;
      if (operator !== '!=') return ofField(field, testOf(operator, value));
      const same = ofField(field, equals(value));
      return (fields) => !same(fields);
    }
  }
}
