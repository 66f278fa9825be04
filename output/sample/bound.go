package sample

import "math"

// kappa is Cohen's kappa (1960) of two coders: how much oftener they agree than if each had spread its own codes over
// the cells by chance. It is 1 where both give every cell the one same code.
func kappa(pairs [][2]string) float64 {
	n := float64(len(pairs))
	one, other, same := map[string]float64{}, map[string]float64{}, 0.0
	for _, p := range pairs {
		one[p[0]]++
		other[p[1]]++
		if p[0] == p[1] {
			same++
		}
	}
	chance := 0.0
	for code, k := range one {
		chance += k * other[code] / (n * n)
	}
	if chance == 1 {
		return 1
	}
	return (same/n - chance) / (1 - chance)
}

// Upper is the one-sided upper bound of Clopper and Pearson (1934) of a share of which k were found among n: the largest
// share under which so few, or fewer, would be found with a probability of alpha.
func Upper(k, n int, alpha float64) float64 {
	if k >= n {
		return 1
	}
	low, high := float64(k)/float64(n), 1.0
	for range 100 { // halving, to the last bit
		p := (low + high) / 2
		if atMost(k, n, p) > alpha {
			low = p
		} else {
			high = p
		}
	}
	return high
}

// atMost is the probability of k or fewer among n where each has the probability p.
func atMost(k, n int, p float64) (sum float64) {
	lgamma := func(x int) float64 { v, _ := math.Lgamma(float64(x)); return v }
	for i := 0; i <= k; i++ {
		sum += math.Exp(lgamma(n+1) - lgamma(i+1) - lgamma(n-i+1) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}
