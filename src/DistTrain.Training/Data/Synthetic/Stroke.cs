namespace DistTrain.Training.Data.Synthetic;

/// <summary>One movement of the pen through points of the unit square, x to the right and y down.</summary>
/// <param name="Curved">A Catmull-Rom spline through the points; otherwise straight lines between them.</param>
/// <param name="Points">x0, y0, x1, y1, ...; a closed curve ends on its first point.</param>
internal sealed record Stroke(bool Curved, double[] Points)
{
    public int Count => Points.Length / 2;

    public static Stroke Line(params double[] points) => new(Curved: false, points);

    public static Stroke Curve(params double[] points) => new(Curved: true, points);
}
