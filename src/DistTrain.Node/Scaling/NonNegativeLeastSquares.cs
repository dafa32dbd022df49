namespace DistTrain.Node.Scaling;

/// <summary>
/// Linear least squares with coefficients that must not be negative, since times are not. Exact for the few terms there are here: every
/// subset of terms is solved by the normal equations, and of those without a negative coefficient the best is taken.
/// </summary>
internal static class NonNegativeLeastSquares
{
    /// <summary>A term must better the sum of squares by that share to be worth having, or rounding would decide.</summary>
    private const double Worth = 1e-9;

    /// <summary>Squared sine of the angle between a term and the others, below which they are the same to a double.</summary>
    private const double Independent = 1e-12;

    /// <param name="terms">m rows of n values: each term at each point.</param>
    /// <param name="values">m measured values, none zero; differences from them count relative to them.</param>
    /// <returns>n coefficients, 0 for terms that do not help.</returns>
    public static double[] Solve(IReadOnlyList<double[]> terms, IReadOnlyList<double> values)
    {
        int n = terms[0].Length;
        double[][] scaled = [.. terms.Zip(values, (row, value) => row.Select(term => term / value).ToArray())];
        double[] best = new double[n];
        double least = values.Count;
        foreach (int subset in Enumerable.Range(1, (1 << n) - 1).OrderBy(int.PopCount))
        {
            int[] chosen = [.. Enumerable.Range(0, n).Where(term => (subset & (1 << term)) != 0)];
            if (SolveFor(scaled, chosen) is not { } some || some.Any(coefficient => coefficient < 0))
            {
                continue;
            }

            double[] all = new double[n];
            for (int i = 0; i < chosen.Length; i++)
            {
                all[chosen[i]] = some[i];
            }

            double squares = scaled.Sum(row => Math.Pow(row.Zip(all, (term, coefficient) => term * coefficient).Sum() - 1, 2));
            if (squares < least - (Worth * values.Count))
            {
                (best, least) = (all, squares);
            }
        }

        return best;
    }

    /// <summary>The normal equations of the chosen terms, each scaled to length 1, against ones; null when the points do not tell the terms apart.</summary>
    private static double[]? SolveFor(double[][] rows, int[] chosen)
    {
        int n = chosen.Length;
        double[] length = [.. chosen.Select(term => Math.Sqrt(rows.Sum(row => row[term] * row[term])))];
        double Unit(double[] row, int i) => row[chosen[i]] / length[i];
        double[][] matrix = [.. Enumerable.Range(0, n).Select(i =>
            Enumerable.Range(0, n).Select(j => rows.Sum(row => Unit(row, i) * Unit(row, j))).Append(rows.Sum(row => Unit(row, i))).ToArray())];
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(matrix[row][column]));
            if (!(Math.Abs(matrix[pivot][column]) > Independent))
            {
                return null;
            }

            (matrix[column], matrix[pivot]) = (matrix[pivot], matrix[column]);
            for (int row = 0; row < n; row++)
            {
                double factor = row == column ? 0 : matrix[row][column] / matrix[column][column];
                for (int k = column; k <= n; k++)
                {
                    matrix[row][k] -= factor * matrix[column][k];
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => matrix[i][n] / matrix[i][i] / length[i])];
    }
}
