/**
 * Names of proof-of-work algorithms as miners write them, with the hardware and coin they stand for.
 *
 * Why: a miner's command line, configuration and logs name the algorithm in one of these spellings.
 * What it is NOT: a sign by itself. `randomx` is also a word in articles; callers take a name only where a
 * miner's option or JSON key `algo` stands before it.
 * Sources: XMRig doc/ALGORITHMS.md and src/base/crypto/Algorithm.h; option lists of T-Rex, lolMiner, SRBMiner-MULTI
 * and cpuminer-opt.
 */

export interface Algorithm {
  readonly name: string;
  readonly hardware: 'cpu' | 'gpu' | 'asic';
  /** Coin most mined with it; empty where there is none. */
  readonly coin: string;
}

const list = (hardware: Algorithm['hardware'], names: string): readonly (readonly [string, Algorithm])[] =>
  names
    .split(/\s+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [name = '', coin = ''] = entry.split('=');
      return [name, { name, hardware, coin }] as const;
    });

const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ...list(
    'cpu',
    `rx/0=monero rx/2=monero rx/monero=monero rx/wow=wownero rx/loki=oxen rx/arq=arqma rx/graft=graft rx/sfx=safex
     rx/yada=yadacoin rx/keva=kevacoin rx/xeq rx/test randomx=monero randomarq=arqma randomxl randomyada randomepic
     randomsfx=safex randomwow=wownero panthera cn/0 cn/1 cn/2 cn/r cn/fast cn/half cn/xao cn/rto cn/rwz cn/zls
     cn/double cn/ccx=conceal cn/gpu cn/upx2 cn-lite/0 cn-lite/1 cn-heavy/0 cn-heavy/tube cn-heavy/xhv=haven cn-pico
     cn-pico/0 cn-pico/tlo cryptonight cryptonight-lite cryptonight-heavy argon2/chukwa argon2/chukwav2 argon2/wrkz
     argon2/ninja ghostrider=raptoreum gr=raptoreum mike astrobwt astrobwt/v2 astrobwtv3 dero=dero yespower
     yespowerr16 yespowertide yespowerurx yescrypt yescryptr8 yescryptr16 yescryptr32 verushash=verus verus=verus
     minotaurx cpupower power2b lyra2z330 argon2d4096 argon2id`,
  ),
  ...list(
    'gpu',
    `kawpow=ravencoin kawpow/rvn=ravencoin ethash=ethereum etchash=ethereum etc=ethereum ethashb3 autolykos2=ergo autolykos
     octopus=conflux kheavyhash=kaspa kaspa=kaspa progpow progpowz progpow-veil firopow=firo evrprogpow meowpow
     equihash equihash125_4 equihash144_5 equihash192_7 equihash210_9 zhash beamhashiii cuckoo cuckaroo29
     cuckatoo31 cuckatoo32 karlsenhash pyrinhash nexapow blake3 alephium dynexsolve fishhash zelhash verthash
     x16r x16rv2 x16rt x21s x25x mtp lyra2rev3 lyra2v3 neoscrypt ubqhash skydoge`,
  ),
  ...list('asic', 'sha256d=bitcoin sha256=bitcoin scrypt=litecoin x11=dash eaglesong=nervos'),
]);

/** Names that mean something else in ordinary command lines: `-a etc`, `-a gr`, `-a sha256`. */
const ambiguous: ReadonlySet<string> = new Set([
  ...[
    'etc',
    'gr',
    'mike',
    'dero',
    'kaspa',
    'verus',
    'blake3',
    'alephium',
    'sha256',
    'scrypt',
    'argon2id',
    'autolykos',
  ],
  ...[
    'x11',
    'cuckoo',
    'octopus',
    'mtp',
    'equihash',
    'cryptonight',
    'randomx',
    'ethash',
    'skydoge',
    'panthera',
  ],
]);

export function algorithmNamed(name: string): Algorithm | undefined {
  return name.length > 24 ? undefined : algorithms.get(name.toLowerCase());
}

/** True when the name has no other meaning, so that `-a name` alone says mining. */
export function isDistinctAlgorithm(name: string): boolean {
  return algorithmNamed(name) !== undefined && !ambiguous.has(name.toLowerCase());
}

/** Names and symbols by which miners' `--coin` and `--currency` take a coin. */
const coins: ReadonlySet<string> = new Set([
  ...[...algorithms.values()].map(({ coin }) => coin).filter((coin) => coin !== ''),
  ...[
    'xmr',
    'wow',
    'sumo',
    'arq',
    'btc',
    'ltc',
    'doge',
    'dash',
    'rvn',
    'zec',
    'kas',
    'etc',
    'ethw',
    'erg',
    'cfx',
  ],
  ...['rtm', 'zeph', 'sal', 'xtm', 'tari', 'zephyr', 'salvium', 'xhv', 'ccx', 'vrsc', 'dero', 'firo', 'flux'],
]);

export const isCoin = (name: string): boolean => coins.has(name.toLowerCase());
