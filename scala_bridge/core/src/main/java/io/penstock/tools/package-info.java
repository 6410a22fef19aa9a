/** The jar's command line, which scores files of rows, and the same as a method to call. */
package io.penstock.tools;
