/** Tests of offline verification. */
package beacon.index.audit;
