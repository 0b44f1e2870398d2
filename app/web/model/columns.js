// Every exchange that is known, as columns of numbers: a hundred thousand of them cost a few megabytes and are
// searched in milliseconds. Ordered by id. Nothing here draws.

/** @import { ExchangeColumns, Exchange } from '../types.js' */

/** Numbers as they come. */
const NUMBERS = /** @type {const} */ (['ids', 'conversation', 'client', 'upstream', 'status', 'started', 'duration']);
/** Places in the list of words; 0 is the empty one. */
const WORDS = /** @type {const} */ (['origin', 'substatus', 'scheme', 'leg', 'client_identity', 'identity', 'finding', 'outcome']);
const ALL = [...NUMBERS, ...WORDS];

/** @typedef {typeof NUMBERS[number] | typeof WORDS[number]} Name */
/** @typedef {typeof WORDS[number]} WordName */

export class Columns {
    size = 0;
    words = [''];
    /** @type {Record<Name, Float64Array>} */
    #of = /** @type {any} */ (Object.fromEntries(ALL.map((name) => [name, new Float64Array(64)])));
    #places = new Map([['', 0]]);

    /** @param {Name} name @param {number} row */
    number(name, row) {
        return this.#of[name][row];
    }

    /** @param {WordName} name @param {number} row */
    word(name, row) {
        return this.words[this.#of[name][row]];
    }

    /** The whole column; only its first `size` entries mean anything. @param {Name} name */
    column(name) {
        return this.#of[name];
    }

    /** The place of a word, which it gets now if it has none. @param {string} word */
    placeOf(word) {
        let place = this.#places.get(word);
        if (place === undefined) {
            place = this.words.length;
            this.words.push(word);
            this.#places.set(word, place);
        }
        return place;
    }

    /** The row of an exchange, or the place where it would stand, negative and less one. @param {number} id */
    find(id) {
        const ids = this.#of.ids;
        let low = 0, high = this.size;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (ids[middle] < id) low = middle + 1;
            else high = middle;
        }
        return low < this.size && ids[low] === id ? low : -low - 1;
    }

    /** The row of an exchange; -1 when it is not known. @param {number} id */
    rowOf(id) {
        return Math.max(this.find(id), -1);
    }

    /** What the list of the API says, over what was known of the same exchanges. @param {ExchangeColumns} list */
    take(list) {
        const places = list.words.map((word) => this.placeOf(word)), many = list.ids.length;
        this.#reserve(this.size + many);
        const rows = list.ids.map((id) => this.#rowFor(id));
        for (const name of NUMBERS) {
            const column = this.#of[name], from = list[name], base = name === 'started' ? list.base : 0;
            for (let i = 0; i < many; ++i) column[rows[i]] = from[i] + base;
        }
        for (const name of WORDS) {
            const column = this.#of[name], from = list[name];
            for (let i = 0; i < many; ++i) column[rows[i]] = places[from[i]] ?? 0;
        }
    }

    /** What an event says. @param {Exchange} exchange */
    takeOne(exchange) {
        this.#reserve(this.size + 1);
        const row = this.#rowFor(exchange.id);
        const of = this.#of;
        of.conversation[row] = exchange.conversation ?? 0;
        of.client[row] = connectionNumber(exchange.client_connection);
        of.upstream[row] = connectionNumber(exchange.upstream_connection);
        of.status[row] = exchange.status;
        of.started[row] = microsecondsOf(exchange.time);
        of.duration[row] = exchange.duration_ms === null ? -1 : exchange.duration_ms * 1000;
        const surely = exchange.substatus && exchange.substatus.confidence !== 'possible';
        const words = {
            origin: originOf(exchange.url).toLowerCase(), substatus: surely ? exchange.substatus?.value : '', scheme: exchange.scheme, leg: exchange.leg,
            client_identity: exchange.client_identity, identity: exchange.identity, finding: exchange.finding, outcome: exchange.outcome,
        };
        for (const name of WORDS) of[name][row] = this.placeOf(words[name] ?? '');
    }

    /** Where that exchange stands; makes the place when there is none. @param {number} id */
    #rowFor(id) {
        const found = this.size > 0 && id > this.#of.ids[this.size - 1] ? -this.size - 1 : this.find(id);
        if (found >= 0) return found;
        const row = -found - 1;
        if (row < this.size) for (const name of ALL) this.#of[name].copyWithin(row + 1, row, this.size);
        this.#of.ids[row] = id;
        ++this.size;
        return row;
    }

    /** @param {number} rows */
    #reserve(rows) {
        const present = this.#of.ids.length;
        if (rows <= present) return;
        for (const name of ALL) {
            const grown = new Float64Array(Math.max(rows, present * 2));
            grown.set(this.#of[name]);
            this.#of[name] = grown;
        }
    }
}

/** 12 of "C12"; 0 of none. @param {string | null} id */
const connectionNumber = (id) => (id ? Number(id.slice(1)) || 0 : 0);

/** "http://web01" of "http://web01/logo.png"; of a CONNECT its "web01:443". Host names match in either case. @param {string} url */
export function originOf(url) {
    const scheme = url.indexOf('://');
    if (scheme < 0) return url;
    const end = url.slice(scheme + 3).search(/[/?#]/);
    return end < 0 ? url : url.slice(0, scheme + 3 + end);
}

/** Of "2026-11-22T20:11:03.123456Z"; a Date alone would lose the last three digits. @param {string | null} time */
export function microsecondsOf(time) {
    if (!time) return 0;
    const whole = Date.parse(`${time.slice(0, 19)}Z`);
    return Number.isNaN(whole) ? 0 : whole * 1000 + Number((time.slice(20).match(/^\d+/)?.[0] ?? '0').padEnd(6, '0').slice(0, 6));
}
