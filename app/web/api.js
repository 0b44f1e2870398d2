// Asks the local API. A refusal is thrown as the sentence that the API gave for it.

/** @import { Status, Finding } from './types.js' */

const NOT_OURS = 'This page does not know the token of the run that answers here: open the address that it printed when it started, ' +
    'the one with #t= in it.';

/**
 * @param {string} path
 * @param {RequestInit} [how]
 */
async function ask(path, how) {
    /** @type {Response} */
    let response;
    try {
        response = await fetch(path, how);
    } catch {
        throw new Error('The proxy is not running any more. This page goes on when it is back.');
    }
    if (response.status === 401 && path !== '/api/v1/session') throw new Error(NOT_OURS);
    if (!response.ok) throw new Error((await response.text()).trim());
    return response;
}

/** @param {string} path */
const get = async (path) => (await ask(path)).json();

/**
 * @param {string} path
 * @param {'PUT' | 'POST'} method
 * @param {object} body
 */
const send = (path, method, body) =>
    ask(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Trades the token that stands in the page's address, once, for a cookie; the address forgets it. */
export async function openSession() {
    const token = location.hash.match(/^#(?:token|t)=([0-9a-f]+)$/);
    if (!token) return;
    history.replaceState(null, '', location.pathname);
    await send('/api/v1/session', 'POST', { token: token[1] });
}

/** @returns {Promise<Status>} */
export const getStatus = () => get('/api/v1/status');

/** @returns {Promise<Finding[]>} */
export const getFindings = async () => (await get('/api/v1/findings')).findings;
