/** Coins as people write them. The result keeps the plain name (`monero`), for machines. */
import type { Language } from './catalogue.ts';

const english: Readonly<Record<string, string>> = { arqma: 'ArQmA' };
const chinese: Readonly<Record<string, string>> = {
  arqma: 'ArQmA',
  bitcoin: '比特币',
  dash: '达世币',
  dogecoin: '狗狗币',
  ethereum: '以太坊',
  litecoin: '莱特币',
  monero: '门罗币',
  ravencoin: '渡鸦币',
  zcash: '大零币',
};

/** The name in a language; the plain name with a capital where there is no other. */
export function coinName(coin: string, language: Language): string {
  const names = language === 'en' ? english : chinese;
  return names[coin] ?? `${coin.slice(0, 1).toUpperCase()}${coin.slice(1)}`;
}
