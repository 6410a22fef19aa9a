/**
 * {@code penstock.json}: a strict reader of what an export says about itself, its JSON encoding,
 * and the replay of the golden rows. It knows no model format.
 */
package io.penstock.manifest;
