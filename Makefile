.DEFAULT_GOAL := help
.PHONY: setup demo run test check release clean help

setup:   ; cargo xtask setup
demo:    ; cargo xtask demo
run:     ; cargo xtask run
test:    ; cargo xtask test
check:   ; cargo xtask check
release: ; cargo xtask release
clean:   ; cargo xtask clean
help:    ; cargo xtask help
