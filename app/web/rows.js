// What the columns do not hold - methods, addresses, facts about connections - asked for when it is first drawn.

import { signal } from './vendor/signals.js';
import { getConnections, getExchanges } from './api.js';

/** @import { Connection, Exchange } from './types.js' */

const KEPT = 5000, AT_ONCE = 200;

/** Changes when an answer has come. */
export const arrived = signal(0);

/** @template K, V */
class Cache {
    /** @type {Map<K, V>} */
    #known = new Map();
    /** Asked for and not answered. @type {Set<K>} */
    #wanted = new Set();
    /** @type {Set<K>} */
    #asked = new Set();
    #waiting = false;
    /** Answers to what was asked before it was emptied are not taken. */
    #life = 0;

    /** @param {(keys: K[]) => Promise<V[]>} fetch @param {(value: V) => K} keyOf */
    constructor(fetch, keyOf) {
        this.fetch = fetch;
        this.keyOf = keyOf;
    }

    /** What is known now; what is not is asked for. @param {K} key */
    get(key) {
        void arrived.value;
        const known = this.#known.get(key);
        if (known === undefined && !this.#asked.has(key)) {
            this.#wanted.add(key);
            this.#askSoon();
        }
        return known;
    }

    /** @param {V} value */
    put(value) {
        const key = this.keyOf(value);
        this.#known.delete(key);
        this.#known.set(key, value); // as the newest
        for (const oldest of this.#known.keys()) {
            if (this.#known.size <= KEPT) break;
            this.#known.delete(oldest);
            this.#asked.delete(oldest);
        }
    }

    clear() {
        ++this.#life;
        this.#known.clear();
        this.#asked.clear();
        this.#wanted.clear();
    }

    #askSoon() {
        if (this.#waiting) return;
        this.#waiting = true;
        setTimeout(async () => {
            this.#waiting = false;
            const keys = [...this.#wanted].slice(-AT_ONCE); // the newest wishes: the others have been scrolled away
            this.#wanted.clear();
            for (const key of keys) this.#asked.add(key);
            const life = this.#life;
            try {
                const values = await this.fetch(keys);
                if (life !== this.#life) return;
                for (const value of values) if (!this.#known.has(this.keyOf(value))) this.put(value); // what was heard meanwhile is newer
                ++arrived.value;
            } catch {
                if (life === this.#life) for (const key of keys) this.#asked.delete(key); // the page says already that nobody answers
            }
        }, 15);
    }
}

/** @type {Cache<number, Exchange>} */
const exchanges = new Cache(getExchanges, ({ id }) => id);
/** @type {Cache<string, Connection>} */
const connections = new Cache(getConnections, ({ id }) => id);

/** Undefined until it has come. @param {number} id */
export const exchangeRow = (id) => exchanges.get(id);
/** @param {string} id */
export const connectionFacts = (id) => connections.get(id);
/** @param {Exchange} exchange */
export const rememberExchange = (exchange) => exchanges.put(exchange);
/** @param {Connection} connection */
export const rememberConnection = (connection) => connections.put(connection);

export function forgetRows() {
    exchanges.clear();
    connections.clear();
}
