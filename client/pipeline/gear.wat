;; The rolling hash that cuts directory archives into chunks. Memory is shared with the threads that use it:
;; at $table 256 random 64-bit words, elsewhere the bytes to scan.
(module
  (import "env" "memory" (memory 1 65536 shared))
  ;; The hash after the last scanned byte; it depends on the last 64 bytes alone.
  (global $hash (mut i64) (i64.const 0))

  (func (export "reset") (global.set $hash (i64.const 0)))

  ;; Takes bytes in without looking for a cut: the 64 before the first place where one is allowed.
  (func (export "warm") (param $from i32) (param $to i32) (param $table i32)
    (local $h i64)
    (local.set $h (global.get $hash))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (local.set $h
          (i64.add
            (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next)))
    (global.set $hash (local.get $h)))

  ;; The place behind the first byte after which (hash & mask) is zero, or $to when there is none.
  (func (export "scan") (param $from i32) (param $to i32) (param $table i32) (param $mask i64) (result i32)
    (local $h i64)
    (local $end i32)
    (local.set $h (global.get $hash))
    ;; four bytes a turn
    (local.set $end (i32.and (i32.sub (local.get $to) (local.get $from)) (i32.const -4)))
    (local.set $end (i32.add (local.get $from) (local.get $end)))
    (block $found
      (block $rest
        (loop $four
          (br_if $rest (i32.ge_u (local.get $from) (local.get $end)))
          (local.set $h (i64.add (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (br_if $found (i64.eqz (i64.and (local.get $h) (local.get $mask))))
          (local.set $h (i64.add (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (br_if $found (i64.eqz (i64.and (local.get $h) (local.get $mask))))
          (local.set $h (i64.add (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (br_if $found (i64.eqz (i64.and (local.get $h) (local.get $mask))))
          (local.set $h (i64.add (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (br_if $found (i64.eqz (i64.and (local.get $h) (local.get $mask))))
          (br $four)))
      (block $none
        (loop $one
          (br_if $none (i32.ge_u (local.get $from) (local.get $to)))
          (local.set $h (i64.add (i64.shl (local.get $h) (i64.const 1))
            (i64.load (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $from)) (i32.const 3))))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (br_if $found (i64.eqz (i64.and (local.get $h) (local.get $mask))))
          (br $one)))
      (global.set $hash (local.get $h))
      (return (i32.const -1)))
    (global.set $hash (local.get $h))
    (local.get $from)))
