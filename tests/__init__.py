"""Tests of Kemitraan."""
