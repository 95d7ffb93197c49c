.DEFAULT_GOAL := help
.PHONY: setup demo run test check bench e2e release clean help

setup:   ; cargo xtask setup
demo:    ; cargo xtask demo
run:     ; cargo xtask run
test:    ; cargo xtask test
check:   ; cargo xtask check
bench:   ; cargo xtask bench
e2e:     ; cargo xtask e2e
release: ; cargo xtask release
clean:   ; cargo xtask clean
help:    ; cargo xtask help
